// SPDX-License-Identifier: Apache-2.0
// All of pushmask's public interface.
#pragma once

#include "pushmask/batch.h"
#include "pushmask/compiler.h"
#include "pushmask/draft_tree.h"
#include "pushmask/error.h"
#include "pushmask/explanation.h"
#include "pushmask/grammar.h"
#include "pushmask/grammar_builder.h"
#include "pushmask/grammar_structure.h"
#include "pushmask/matcher.h"
#include "pushmask/rows.h"
#include "pushmask/schema_keywords.h"
#include "pushmask/token_mask.h"
#include "pushmask/vocabulary.h"
