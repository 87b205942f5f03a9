// Numbers that begin at a multiple of the widest vector.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace cisterna {

template <typename Number>
struct WideAllocator {
    using value_type = Number;

    WideAllocator() = default;
    template <typename Other>
    WideAllocator(const WideAllocator<Other>&) {}

    Number* allocate(std::size_t count) { return static_cast<Number*>(::operator new(count * sizeof(Number), widest)); }
    void deallocate(Number* numbers, std::size_t) { ::operator delete(numbers, widest); }

    bool operator==(const WideAllocator&) const { return true; }

  private:
    static constexpr std::align_val_t widest{64};
};

using Wide = std::vector<double, WideAllocator<double>>;

}  // namespace cisterna
