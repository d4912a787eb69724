#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace exogene::gemmini {

/// A queue in a ring of places, which grows when all are taken: faster than std::deque, which allocates as it moves on.
template <class Element>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  Element& operator[](std::size_t index) { return places_[(first_ + index) & (places_.size() - 1)]; }
  const Element& operator[](std::size_t index) const { return places_[(first_ + index) & (places_.size() - 1)]; }
  Element& front() { return places_[first_]; }
  const Element& front() const { return places_[first_]; }
  Element& back() { return (*this)[size_ - 1]; }

  void push_back(const Element& element) {
    if (size_ == places_.size()) grow();
    (*this)[size_++] = element;
  }
  void pop_front() {
    first_ = (first_ + 1) & (places_.size() - 1);
    --size_;
  }

 private:
  void grow() {
    std::vector<Element> more(2 * places_.size());
    for (std::size_t i = 0; i < size_; ++i) more[i] = std::move((*this)[i]);
    places_ = std::move(more);
    first_ = 0;
  }

  std::vector<Element> places_ = std::vector<Element>(16);  ///< a power of two of them
  std::size_t first_ = 0, size_ = 0;
};

/// The same of `capacity` places, a power of two, which must do.
template <class Element, std::size_t capacity>
class FixedRing {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  Element operator[](std::size_t index) const { return places_[(first_ + index) % capacity]; }
  Element front() const { return places_[first_]; }

  void push_back(Element element) { places_[(first_ + size_++) % capacity] = element; }
  void pop_front() {
    first_ = (first_ + 1) % capacity;
    --size_;
  }

 private:
  std::array<Element, capacity> places_{};
  std::uint32_t first_ = 0, size_ = 0;
};

}  // namespace exogene::gemmini
