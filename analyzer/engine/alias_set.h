#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace plimsoll {

// Some of a check's aliases, in the check's order: a pointer and a bit for each. The list must outlive it; it holds at most 32.
class AliasSet {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string_view*;
        using reference = std::string_view;
        iterator(const std::string_view* list, std::uint32_t bits) : list_(list), bits_(bits) { skip(); }
        std::string_view operator*() const { return *list_; }
        iterator& operator++() {
            ++list_;
            bits_ >>= 1;
            skip();
            return *this;
        }
        bool operator==(const iterator& other) const { return bits_ == other.bits_; }

    private:
        void skip() {
            for (; bits_ && !(bits_ & 1); bits_ >>= 1) ++list_;
        }
        const std::string_view* list_;
        std::uint32_t bits_;
    };

    AliasSet() = default;
    explicit AliasSet(std::span<const std::string_view> all) : list_(all.data()), bits_(all.size() >= 32 ? UINT32_MAX : (std::uint32_t{1} << all.size()) - 1) {}
    iterator begin() const { return {list_, bits_}; }
    iterator end() const { return {nullptr, 0}; }
    bool empty() const { return bits_ == 0; }

    template <typename Unwanted>
    void erase_if(Unwanted unwanted) {
        for (std::uint32_t i = 0; i < 32; ++i)
            if (bits_ >> i & 1 && unwanted(list_[i])) bits_ &= ~(std::uint32_t{1} << i);
    }

private:
    const std::string_view* list_ = nullptr;
    std::uint32_t bits_ = 0;
};

}
