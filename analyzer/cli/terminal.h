#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::cli {

// Writes all of it; false when the stream refuses (closed pipe, full disk).
bool print(std::FILE* stream, std::string_view text);

bool is_terminal(std::FILE* stream);

// Whether to colour a stream: `choice` auto, always or never; NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR and TERM=dumb decide for auto.
bool wants_color(std::string_view choice, std::FILE* stream);

// Everything on standard input; nullopt when it cannot be read or is larger than a Source may be.
std::optional<std::string> read_standard_input();

std::string working_directory();
// Nearest folder with .git from the working directory upward; "" without one.
std::string repository_root(std::string directory);
// Today as YYYY-MM-DD, UTC.
std::string today();

// One line on standard error that says how far a run is; only on a terminal and only after half a second.
class Progress {
public:
    explicit Progress(bool wanted) : wanted_(wanted && is_terminal(stderr)) {}
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void show(std::size_t done, std::size_t total);
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    bool wanted_;
    bool visible_ = false;
    std::mutex mutex_;
    Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(500);
};

}
