#include "analyzer/cli/terminal.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>

#include <unistd.h>

namespace plimsoll::cli {

namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}

bool print(std::FILE* stream, std::string_view text) { return std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0; }

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

bool wants_color(std::string_view choice, std::FILE* stream) {
    if (choice != "auto") return choice == "always";
    if (!environment("NO_COLOR").empty()) return false;
    for (const char* name : {"FORCE_COLOR", "CLICOLOR_FORCE"})
        if (std::string_view value = environment(name); !value.empty()) return value != "0" && value != "false";
    if (environment("CLICOLOR") == "0" || environment("TERM") == "dumb") return false;
    return is_terminal(stream);
}

std::optional<std::string> read_standard_input() {
    constexpr std::size_t largest = 0xFFFFFFFE;
    std::string text;
    char block[65536];
    while (std::size_t size = std::fread(block, 1, sizeof block, stdin)) {
        if (size > largest - text.size()) return std::nullopt;
        text.append(block, size);
    }
    if (std::ferror(stdin)) return std::nullopt;
    return text;
}

std::string working_directory() {
    std::error_code error;
    std::string path = std::filesystem::current_path(error).generic_string();
    return error ? "/" : path;
}

std::string repository_root(std::string directory) {
    std::error_code error;
    while (true) {
        if (std::filesystem::exists(directory + "/.git", error)) return directory;
        std::size_t slash = directory.rfind('/');
        if (slash == std::string::npos || slash == 0) return {};
        directory.resize(slash);
    }
}

std::string today() {
    std::time_t now = std::time(nullptr);
    std::tm date{};
    gmtime_r(&now, &date);
    char text[16];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &date)};
}

void Progress::show(std::size_t done, std::size_t total) {
    if (!wanted_) return;
    std::lock_guard lock(mutex_);
    if (Clock::now() < next_) return;
    next_ = Clock::now() + std::chrono::milliseconds(100);
    visible_ = true;
    print(stderr, "\r" + std::to_string(done) + " of " + std::to_string(total) + " files\033[K");
}

void Progress::clear() {
    std::lock_guard lock(mutex_);
    if (visible_) print(stderr, "\r\033[K");
    visible_ = false;
}

}
