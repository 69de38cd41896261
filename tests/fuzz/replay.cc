// Runs a fuzz target over known inputs and a fixed set of mutations of them: fuzzing as a plain test.
//
//     NAME_fuzz [--mutations N] FILE|FOLDER...
//
// Inputs are the target's own seeds, every file below the folders, and of grammar corpus files (*.txt) each case's input.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "tests/fuzz/law.h"

extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

struct Seed {
    std::string name;
    std::string bytes;
};

constexpr std::size_t size_limit = 16384;   // mutations of bigger files take long and find nothing new
constexpr unsigned seconds_for_one = 60;    // sanitizers included, on a machine that is busy

Seed current;
unsigned current_mutation = 0;

// What ended the program; called from a signal handler or a dying sanitizer, so it only writes.
void tell_input() {
    static bool told = false;
    if (std::exchange(told, true)) return;
    std::fprintf(stderr, "input: %s, mutation %u, %zu bytes\n", current.name.c_str(), current_mutation, current.bytes.size());
    // Short inputs are shown, so that a failure can be read in a log.
    if (current.bytes.size() <= 4096) std::fprintf(stderr, "---- 8< ----\n%s\n---- >8 ----\n", current.bytes.c_str());
    std::fputs("0 passed, 1 failed\n", stderr);
}

extern "C" void on_signal(int signal) {
    if (signal == SIGALRM) std::fputs("law broken: an input takes too long\n", stderr);
    tell_input();
    std::_Exit(1);
}

// SplitMix64: the same numbers everywhere.
struct Random {
    std::uint64_t state;
    std::uint64_t next() {
        std::uint64_t z = state += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : static_cast<std::size_t>(next() % limit); }
};

// Pieces of text that mean something to one of the parsers.
constexpr std::string_view pieces[] = {
    "\n",
    "\\\n",
    "\r\n",
    "`\n",
    "\"",
    "'",
    "$",
    "${",
    "}",
    "$(",
    ")",
    "`",
    "<<EOF\n",
    "EOF\n",
    "<<-",
    "[",
    "]",
    "{",
    "#",
    "# ",
    "--",
    "=",
    " ",
    "\t",
    "&&",
    "|",
    ";",
    ":",
    "@",
    "/",
    "FROM ",
    "RUN ",
    "ONBUILD ",
    "COPY --from=",
    "ARG ",
    "ENV ",
    "AS ",
    "HEALTHCHECK CMD ",
    "# escape=`\n",
    "# hadolint ignore=",
    "- ",
    "&a ",
    "*a ",
    "\xef\xbb\xbf",
    "\xff",
    std::string_view("\0", 1),
};

void mutate_once(std::string& bytes, Random& random, const Seed& other) {
    const std::size_t at = random.below(bytes.size() + 1);
    const std::size_t length = std::min(random.below(24) + 1, bytes.size() - at);
    switch (random.below(6)) {
        case 0: bytes.erase(at, length); break;
        case 1: bytes.insert(at, pieces[random.below(std::size(pieces))]); break;
        case 2: bytes.insert(at, bytes.substr(at, length)); break;
        case 3:
            if (at < bytes.size()) bytes[at] = static_cast<char>(random.next());
            break;
        case 4: bytes.resize(at); break;
        default: bytes.insert(at, other.bytes.substr(random.below(other.bytes.size()), random.below(80))); break;
    }
}

void run(const Seed& seed, unsigned mutation) {
    current = seed;
    current_mutation = mutation;
    alarm(seconds_for_one);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current.bytes.data()), current.bytes.size());
}

std::string read(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// The text between the header and the dashes of each case of a grammar corpus file.
void add_corpus_cases(std::vector<Seed>& seeds, const std::string& name, std::string_view text) {
    for (std::size_t at = 0; (at = text.find("===\n", at)) != std::string_view::npos;) {
        const std::size_t header = text.find("===\n", at + 4);
        if (header == std::string_view::npos) return;
        const std::size_t end = text.find("\n---", header);
        seeds.push_back({name, std::string(text.substr(header + 4, end == std::string_view::npos ? end : end - header - 3))});
        at = end == std::string_view::npos ? text.size() : end;
    }
}

void add_file(std::vector<Seed>& seeds, const std::filesystem::path& path) {
    std::string text = read(path);
    if (path.extension() == ".txt") add_corpus_cases(seeds, path.string(), text);
    seeds.push_back({path.string(), std::move(text)});
}

std::vector<Seed> seeds_below(const std::vector<std::string>& places) {
    std::vector<Seed> seeds;
    unsigned number = 0;
    for (std::string& bytes : own_seeds()) seeds.push_back({"own seed " + std::to_string(number++), std::move(bytes)});
    std::vector<std::filesystem::path> files;
    for (const std::string& place : places) {
        if (!std::filesystem::is_directory(place)) {
            files.emplace_back(place);
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(place))
            if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) add_file(seeds, file);
    return seeds;
}

void replay(const std::vector<Seed>& seeds, unsigned mutations) {
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        run(seeds[i], 0);
        if (seeds[i].bytes.size() > size_limit) continue;
        Random random{i + 1};
        for (unsigned k = 1; k <= mutations; ++k) {
            Seed changed = seeds[i];
            for (std::size_t n = random.below(4) + 1; n > 0; --n) mutate_once(changed.bytes, random, seeds[random.below(seeds.size())]);
            run(changed, k);
        }
    }
}

}

int main(int argc, char** argv) {
    unsigned mutations = 12;
    std::vector<std::string> places;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--mutations" && i + 1 < argc)
            mutations = static_cast<unsigned>(std::atoi(argv[++i]));
        else
            places.emplace_back(argv[i]);
    }
    if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(tell_input);
    std::signal(SIGABRT, on_signal);
    std::signal(SIGALRM, on_signal);
    const std::vector<Seed> seeds = seeds_below(places);
    replay(seeds, mutations);
    std::printf("%zu passed, 0 failed\n", seeds.size());
}
