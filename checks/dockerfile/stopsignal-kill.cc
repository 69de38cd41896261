#include <algorithm>
#include <charconv>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::stopsignal_kill {

static constexpr std::string_view names[] = {
    "ABRT", "ALRM",   "BUS",  "CHLD", "CLD",  "CONT", "FPE",  "HUP",  "ILL",  "INT", "IO",   "IOT",  "KILL",   "PIPE",  "POLL", "PROF", "PWR",    "QUIT",
    "SEGV", "STKFLT", "STOP", "SYS",  "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "UNUSED",
};

// RTMIN, RTMIN+1 ... RTMIN+15, RTMAX-14 ... RTMAX.
static bool is_real_time(std::string_view name) {
    const bool low = name.starts_with("RTMIN"), high = name.starts_with("RTMAX");
    if (!low && !high) return false;
    if (name.size() == 5) return true;
    int offset = -1;
    const char* end = name.data() + name.size();
    const bool number = name.size() > 6 && name[5] == (low ? '+' : '-') && std::from_chars(name.data() + 6, end, offset).ptr == end;
    return number && offset >= 1 && offset <= (low ? 15 : 14);
}

static std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

// What is wrong with a signal; "" when nothing is.
static std::string_view fault(const std::string& signal) {
    int number = 0;
    const char* end = signal.data() + signal.size();
    if (!signal.empty() && std::from_chars(signal.data(), end, number).ptr == end) {
        if (number == 9) return "ends the process at once, with no chance to shut down; use SIGTERM";
        if (number == 19) return "only freezes the process and cannot be caught; use SIGTERM";
        return number >= 1 && number <= 64 ? "" : "is no signal of Linux; use a name such as SIGTERM";
    }
    std::string name = upper(signal);
    if (name.starts_with("SIG")) name.erase(0, 3);
    if (name == "KILL") return "ends the process at once, with no chance to shut down; use SIGTERM";
    if (name == "STOP") return "only freezes the process and cannot be caught; use SIGTERM";
    const bool known = std::find(std::begin(names), std::end(names), name) != std::end(names) || is_real_time(name);
    return known ? "" : "is no signal of Linux; use a name such as SIGTERM";
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* instruction : file.all(docker::Keyword::stopsignal, true)) {
        if (instruction->words.size() != 1) continue;
        const std::optional<std::string> signal = file.expand(instruction->words[0], *instruction);
        const std::string_view wrong = signal ? fault(*signal) : "";
        if (!wrong.empty()) report.at(instruction->words[0], "stop signal " + quote(*signal) + " " + std::string(wrong));
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
STOPSIGNAL 9
           ^ stop signal '9' ends the process at once, with no chance to shut down; use SIGTERM
STOPSIGNAL sigkill
           ^^^^^^^ stop signal 'sigkill' ends the process at once, with no chance to shut down; use SIGTERM
STOPSIGNAL SIGTREM
           ^^^^^^^ stop signal 'SIGTREM' is no signal of Linux; use a name such as SIGTERM
STOPSIGNAL 65
           ^^ stop signal '65' is no signal of Linux; use a name such as SIGTERM
)",
                                        .good = R"(
FROM alpine:3.22
ARG SIGNAL
STOPSIGNAL SIGRTMIN+3
STOPSIGNAL QUIT
STOPSIGNAL $SIGNAL
STOPSIGNAL 37
)",
                                        .fixed = false}};

extern constinit const Check stopsignal_kill = {
    .id = "stopsignal-kill",
    .title = "STOPSIGNAL is SIGKILL or unknown.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "docker stop sends this signal so that the program can finish its work. SIGKILL cannot be caught, and a signal that does not exist makes the build "
           "or the stop fail.",
    .examples = examples,
    .run = on(docker::Keyword::stopsignal, run),
};

}
