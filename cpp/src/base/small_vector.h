// SPDX-License-Identifier: Apache-2.0
// SmallVector: a vector of a few plain values, which lie in the vector itself while there are no
// more than N. For large numbers of short lists, where memory of their own for each would cost more
// than what they hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <utility>

namespace pushmask::base {

template <typename T, std::uint32_t N>
class SmallVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(N > 0);

 public:
  SmallVector() = default;
  SmallVector(std::initializer_list<T> values) { assign(values.begin(), values.end()); }
  SmallVector(const SmallVector& other) { assign(other.begin(), other.end()); }
  SmallVector(SmallVector&& other) noexcept { Take(&other); }
  SmallVector& operator=(const SmallVector& other) {
    if (this != &other) assign(other.begin(), other.end());
    return *this;
  }
  SmallVector& operator=(SmallVector&& other) noexcept {
    if (this == &other) return *this;
    Release();
    Take(&other);
    return *this;
  }
  ~SmallVector() { Release(); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  T* data() { return is_inline() ? storage_.inside : storage_.heap; }
  const T* data() const { return is_inline() ? storage_.inside : storage_.heap; }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }

  void clear() { size_ = 0; }

  void reserve(std::size_t capacity) {
    if (capacity > capacity_) Grow(capacity);
  }

  void push_back(const T& value) {
    const T copy = value;  // may be an element of this
    if (size_ == capacity_) Grow(std::size_t{2} * capacity_);
    data()[size_++] = copy;
  }

  // Values that are not of this vector.
  template <typename Iterator>
  void append(Iterator first, Iterator last) {
    reserve(size_ + static_cast<std::size_t>(last - first));
    size_ = static_cast<std::uint32_t>(std::copy(first, last, end()) - begin());
  }

  template <typename Iterator>
  void assign(Iterator first, Iterator last) {
    clear();
    append(first, last);
  }

 private:
  bool is_inline() const { return capacity_ == N; }

  void Grow(std::size_t capacity) {
    T* values = new T[capacity];
    std::copy(begin(), end(), values);
    Release();
    storage_.heap = values;
    capacity_ = static_cast<std::uint32_t>(capacity);
  }

  void Release() {
    if (!is_inline()) delete[] storage_.heap;
    capacity_ = N;
  }

  // This has no memory of its own.
  void Take(SmallVector* other) {
    size_ = std::exchange(other->size_, 0);
    capacity_ = std::exchange(other->capacity_, N);
    storage_ = other->storage_;
  }

  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = N;  // more than N: the values lie on the heap
  union Storage {
    Storage() : heap(nullptr) {}
    T inside[N];
    T* heap;
  } storage_;
};

}  // namespace pushmask::base
