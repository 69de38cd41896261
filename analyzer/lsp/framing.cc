#include "analyzer/lsp/framing.h"

#include <algorithm>
#include <charconv>

namespace plimsoll::lsp {

namespace {

constexpr std::size_t longest_message = std::size_t{256} << 20;
constexpr std::size_t longest_header = 8192;

bool same_ignoring_case(std::string_view a, std::string_view lower_case) {
    return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(),
                      [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y; });
}

std::string_view trimmed(std::string_view text) {
    std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<std::size_t> content_length(std::string_view header) {
    constexpr std::string_view name = "content-length:";
    if (header.size() < name.size() || !same_ignoring_case(header.substr(0, name.size()), name)) return std::nullopt;
    std::string_view digits = trimmed(header.substr(name.size()));
    std::size_t length = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return length;
}

}

void MessageStream::feed(std::string_view bytes) {
    std::size_t skipped = std::min(to_skip_, bytes.size());
    to_skip_ -= skipped;
    if (at_ > 65536 && at_ * 2 > buffer_.size()) {
        buffer_.erase(0, at_);
        at_ = 0;
    }
    buffer_ += bytes.substr(skipped);
}

bool MessageStream::read_header() {
    std::size_t end = buffer_.find('\n', at_);
    if (end == std::string::npos) {
        if (buffer_.size() - at_ > longest_header) at_ = buffer_.size();   // noise without a line end
        return false;
    }
    std::string_view header = trimmed(std::string_view(buffer_).substr(at_, end - at_));
    at_ = end + 1;
    if (header.empty())
        in_body_ = length_.has_value();
    else if (std::optional<std::size_t> length = content_length(header))
        length_ = length;
    return true;
}

std::optional<std::string> MessageStream::next() {
    while (true) {
        while (!in_body_)
            if (!read_header()) return std::nullopt;
        const std::size_t available = buffer_.size() - at_;
        if (*length_ > longest_message) {
            to_skip_ = *length_ - std::min(*length_, available);
            at_ += std::min(*length_, available);
        } else if (available < *length_) {
            return std::nullopt;
        }
        const bool dropped = *length_ > longest_message;
        const std::size_t length = *length_;
        in_body_ = false;
        length_.reset();
        if (dropped) continue;
        at_ += length;
        return buffer_.substr(at_ - length, length);
    }
}

std::string framed(std::string_view message) { return "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n" + std::string(message); }

}
