#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::lsp {

// Cuts a byte stream into messages ("Content-Length: N", blank line, N bytes). Header lines it does not know, and noise
// between messages, are skipped; a message of an absurd length is dropped without being held in memory.
class MessageStream {
public:
    void feed(std::string_view bytes);
    std::optional<std::string> next();   // the body of the next whole message

private:
    bool read_header();

    std::string buffer_;
    std::size_t at_ = 0;                  // read up to here
    std::size_t to_skip_ = 0;             // bytes of a dropped message still to come
    std::optional<std::size_t> length_;   // of the message whose header is being read
    bool in_body_ = false;
};

std::string framed(std::string_view message);

}
