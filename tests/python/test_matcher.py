# SPDX-License-Identifier: Apache-2.0
"""`Matcher`: what each of its methods does, on one small grammar that can be followed by eye."""

from __future__ import annotations

import numpy as np
import pytest

import pushmask
from reference.masks import allowed, compile_ebnf, view

TOKENS = [b"yes", b"no", b"y", b"es", b"s, ", b"and ", b"\xc3", b"\xa9", b"</s>", b"<pad>", b""]
YES, NO, Y, ES, S_COMMA, AND, LEAD, TRAIL, STOP, PAD, VOID = range(len(TOKENS))
GRAMMAR = """
root   ::= answer (", and " answer)*
answer ::= "yes" | "no" | "é"
"""


@pytest.fixture
def vocabulary() -> pushmask.Vocabulary:
    return pushmask.Vocabulary(TOKENS, stop_token_ids=[STOP], special_token_ids=[PAD], size=40)


@pytest.fixture
def matcher(vocabulary: pushmask.Vocabulary) -> pushmask.Matcher:
    return compile_ebnf(GRAMMAR, vocabulary).matcher()


def test_a_new_matcher_is_at_the_start(matcher: pushmask.Matcher) -> None:
    assert (matcher.num_tokens, matcher.can_stop, matcher.is_stopped) == (0, False, False)


def test_a_mask_has_the_tokens_that_may_come_next(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    assert allowed(matcher, vocabulary) == {YES, NO, Y, LEAD}


def test_an_incomplete_character_must_be_completed(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    assert matcher.accept_token(LEAD)
    assert allowed(matcher, vocabulary) == {TRAIL}
    assert matcher.accept_token(TRAIL)
    assert matcher.can_stop


def test_a_token_may_cross_the_end_of_a_rule(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    assert matcher.accept_bytes(b"ye")
    assert allowed(matcher, vocabulary) == {S_COMMA}
    assert matcher.accept_tokens([S_COMMA, AND, YES]) == 3
    assert matcher.can_stop


def test_the_stop_token_is_allowed_where_the_text_may_end(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    assert not matcher.accept_token(STOP)
    assert matcher.accept_token(NO)
    assert allowed(matcher, vocabulary) == {STOP}
    assert matcher.accept_token(STOP)
    assert matcher.is_stopped
    assert allowed(matcher, vocabulary) == set()
    matcher.rollback(1)
    assert (matcher.is_stopped, matcher.can_stop) == (False, True)


@pytest.mark.parametrize("token", [PAD, VOID, len(TOKENS), 39])
def test_special_empty_and_padding_tokens_are_rejected(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary, token: int
) -> None:
    before = view(matcher, vocabulary)
    assert not matcher.accept_token(token)
    assert matcher.validate_tokens([token]) == 0
    assert view(matcher, vocabulary) == before


def test_accept_tokens_keeps_what_it_accepted(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_tokens([Y, ES, NO, ES]) == 2
    assert (matcher.num_tokens, matcher.can_stop) == (2, True)


def test_accept_tokens_counts_a_stop_token_and_nothing_after_it(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_tokens([YES, STOP, STOP]) == 2
    assert matcher.is_stopped


def test_no_tokens_and_no_bytes_are_accepted_as_they_are(
    matcher: pushmask.Matcher, vocabulary: pushmask.Vocabulary
) -> None:
    assert (matcher.accept_tokens([]), matcher.validate_tokens([])) == (0, 0)
    before = view(matcher, vocabulary)
    assert matcher.accept_bytes(b"")
    matcher.rollback(matcher.num_tokens)
    assert view(matcher, vocabulary) == before


def test_bytes_are_one_step_of_the_history(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_bytes(b"yes, and")
    assert matcher.num_tokens == 1
    matcher.rollback(1)
    assert matcher.next_bytes() == b"ny\xc3"


def test_forced_bytes_are_found(matcher: pushmask.Matcher) -> None:
    assert matcher.jump_forward() == b""
    assert matcher.accept_bytes(b"y")
    assert matcher.jump_forward() == b"es"  # then the text may end, so ", and " is not forced
    assert matcher.accept_bytes(b"es,")
    assert matcher.jump_forward() == b" and "


def test_forced_bytes_may_be_a_whole_text(byte_vocabulary: pushmask.Vocabulary) -> None:
    matcher = compile_ebnf('root ::= "<é>" x x\nx ::= "a"{3}', byte_vocabulary).matcher()
    assert matcher.jump_forward() == "<é>aaaaaa".encode()


def test_forced_bytes_stop_where_characters_differ(byte_vocabulary: pushmask.Vocabulary) -> None:
    matcher = compile_ebnf('root ::= "é" | "è"', byte_vocabulary).matcher()
    assert matcher.jump_forward() == b"\xc3"


def tokens_for(text: str, tokens: list[bytes]) -> list[bytes]:
    """The jump-forward tokens of a grammar, as bytes; the stop token is added."""
    vocabulary = pushmask.Vocabulary([*tokens, b"</s>"], stop_token_ids=[len(tokens)])
    matcher = compile_ebnf(text, vocabulary).matcher()
    ids = matcher.jump_forward_tokens()
    assert matcher.accept_tokens(ids) == len(ids)
    return [tokens[token_id] for token_id in ids]


@pytest.mark.parametrize(
    ("grammar", "tokens", "expected"),
    [
        # The longest token, each time.
        ('root ::= "abcab" [xy]', [b"a", b"b", b"c", b"ab", b"abc"], [b"abc", b"ab"]),
        # b"cx" might be preferred to b"c".
        ('root ::= "abc" [x-z]', [b"a", b"b", b"c", b"ab", b"cx"], [b"ab"]),
        # It could not: no z may follow.
        ('root ::= "abc" [x-y]', [b"a", b"b", b"c", b"ab", b"cz"], [b"ab", b"c"]),
        # The longest token ends where the text may; b"bc" would need more, and the text ends.
        ('root ::= "ab"', [b"a", b"b", b"ab", b"abc", b"bc"], [b"ab"]),
        ('root ::= "ab" "c"?', [b"a", b"b", b"ab", b"abc", b"bc"], []),
        # From the second place on b"bcd" might be preferred; the first is settled.
        ('root ::= "abc" [d]?', [b"a", b"b", b"c", b"bcd"], [b"a"]),
        # No token spells the next byte.
        ('root ::= "abc" [xy]', [b"a", b"c"], [b"a"]),
        ("root ::= [ab]", [b"a", b"b"], []),
        ('root ::= "é" [xy]', [b"\xc3", b"\xa9", b"x"], [b"\xc3", b"\xa9"]),
    ],
)
def test_forced_tokens_are_the_longest_up_to_where_the_model_has_a_choice(
    grammar: str, tokens: list[bytes], expected: list[bytes]
) -> None:
    assert tokens_for(grammar, tokens) == expected


def test_of_tokens_with_the_same_text_the_first_is_taken() -> None:
    vocabulary = pushmask.Vocabulary([b"<s>", b"a", b"a", b"a"], stop_token_ids=[0])
    assert compile_ebnf('root ::= "aa" [bc]', vocabulary).matcher().jump_forward_tokens() == [1, 1]


def test_nothing_is_forced_after_a_stop_token(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_tokens([YES, STOP]) == 2
    assert matcher.jump_forward_tokens() == []


def test_describe_is_a_text_for_humans(matcher: pushmask.Matcher) -> None:
    text = matcher.describe()
    assert text
    assert text == matcher.fork().describe()


def test_a_matcher_outlives_what_it_was_made_from() -> None:
    def make() -> pushmask.Matcher:
        vocabulary = pushmask.Vocabulary([b"a", b"</s>"], stop_token_ids=[1])
        return compile_ebnf('root ::= "a"{3}', vocabulary).matcher()

    matcher = make()
    assert matcher.accept_tokens([0, 0, 0, 1]) == 4


@pytest.mark.parametrize("token", [-1, 40, 2**31, 2**64, -(2**80)])
def test_an_id_outside_the_vocabulary_is_an_error_and_moves_nothing(
    matcher: pushmask.Matcher, token: int
) -> None:
    for call in (matcher.accept_token, lambda t: matcher.accept_tokens([YES, t])):
        with pytest.raises(pushmask.VocabularyError):
            call(token)
    with pytest.raises(pushmask.VocabularyError):
        matcher.validate_tokens([YES, token])
    assert matcher.num_tokens == 0


@pytest.mark.parametrize("token", [1.0, "1", None, b"y", [1]])
def test_what_is_no_integer_is_no_token(matcher: pushmask.Matcher, token: object) -> None:
    with pytest.raises(TypeError):
        matcher.accept_token(token)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(TypeError):
        matcher.accept_tokens([token])  # type: ignore[list-item]  # wrong on purpose


def test_token_ids_may_be_numpy_integers(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_token(np.int64(Y))
    assert matcher.accept_tokens(np.array([ES, S_COMMA], dtype=np.int32)) == 1


def test_only_steps_that_were_taken_can_be_taken_back(matcher: pushmask.Matcher) -> None:
    assert matcher.accept_tokens([Y, ES]) == 2
    for number, error in [
        (3, pushmask.MatcherStateError),
        (2**80, pushmask.MatcherStateError),
        (-1, ValueError),
        (-(2**80), ValueError),
        (1.0, TypeError),
    ]:
        with pytest.raises(error):
            matcher.rollback(number)  # type: ignore[arg-type]  # a float is wrong on purpose
        assert matcher.num_tokens == 2


def test_forks_of_forks_keep_their_own_steps(byte_vocabulary: pushmask.Vocabulary) -> None:
    """Long enough that histories are shared in several pieces."""
    matcher = compile_ebnf("root ::= [a-z]*", byte_vocabulary).matcher()
    forks = [matcher]
    for length in range(1, 200):
        forks.append(forks[-1].fork())
        assert forks[-1].accept_token(ord("a") + length % 26)
    for length, fork in enumerate(forks[1:], start=1):
        assert fork.num_tokens == length
        assert fork.accept_token(ord("a"))
        fork.rollback(length // 2)
        assert fork.num_tokens == length + 1 - length // 2
    assert forks[-1].accept_tokens([ord("b")] * 100) == 100
    forks[-1].reset()
    assert forks[-1].num_tokens == 0


def test_deep_stacks_are_released_without_recursion() -> None:
    vocabulary = pushmask.Vocabulary([b"(" * 64, b"(", b")", b"</s>"], stop_token_ids=[3])
    matcher = compile_ebnf('root ::= "(" root ")" | "()"', vocabulary).matcher()
    assert matcher.accept_tokens([0] * 3000) == 3000
    fork = matcher.fork()
    del matcher
    assert fork.next_bytes() == b"()"


def test_the_hot_methods_take_their_argument_by_name_too(matcher: pushmask.Matcher) -> None:
    mask = np.zeros(2, dtype=np.int32)
    assert matcher.fill_mask(mask=mask) is False
    assert matcher.accept_token(token_id=Y)
    assert matcher.accept_tokens(token_ids=np.array([ES], dtype=np.int32)) == 1


@pytest.mark.parametrize("name", ["fill_mask", "accept_token", "accept_tokens"])
def test_the_hot_methods_refuse_other_arguments(matcher: pushmask.Matcher, name: str) -> None:
    method = getattr(matcher, name)
    for call in (method, lambda: method(1, 2), lambda: method(1, other=2), lambda: method(other=1)):
        with pytest.raises(TypeError):
            call()


def test_an_object_that_was_never_made_is_no_matcher() -> None:
    hollow = pushmask.Matcher.__new__(pushmask.Matcher)
    with pytest.raises(TypeError):
        hollow.accept_token(Y)
    with pytest.raises(TypeError):
        hollow.fill_mask(np.zeros(2, dtype=np.int32))
