#include <algorithm>

#include "analyzer/docker/validate.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::healthcheck_option_missing_value {

static bool is_duration_option(std::string_view name) { return name == "interval" || name == "timeout" || name == "start-period" || name == "start-interval"; }

static bool is_count(std::string_view value) {
    if (value.starts_with('+') || value.starts_with('-')) value.remove_prefix(1);
    return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

static void judge(const docker::Flag& flag, Reporter& report) {
    const std::string name = "--" + std::string(flag.name.value);
    const bool duration = is_duration_option(flag.name.value);
    if (!duration && flag.name.value != "retries") return;
    const std::string sample = duration ? "=30s" : "=3";
    if (!flag.has_value || flag.value.empty())
        report.at(flag.whole, name + " has no value; write it with an equals sign, as in " + quote(name + sample));
    else if (duration ? !docker::parse_duration(flag.value.value) : !is_count(flag.value.value))
        report.at(flag.value,
                  quote(flag.value.value) + " is no " + (duration ? "duration" : "whole number") + " for " + name + "; write " + quote(name + sample));
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* probe : file.all(docker::Keyword::healthcheck, true))
        for (const docker::Flag& flag : probe->flags) judge(flag, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
HEALTHCHECK --interval 5s CMD ["true"]
            ^^^^^^^^^^ --interval has no value; write it with an equals sign, as in '--interval=30s'
HEALTHCHECK --timeout= --start-period=10 --retries=three CMD ["true"]
            ^^^^^^^^^^ --timeout has no value; write it with an equals sign, as in '--timeout=30s'
                                      ^^ '10' is no duration for --start-period; write '--start-period=30s'
                                                   ^^^^^ 'three' is no whole number for --retries; write '--retries=3'
)",
                                        .good = R"(
FROM alpine:3.22
HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0 --retries=3 CMD ["true"]
)"}};

extern constinit const Check healthcheck_option_missing_value = {
    .id = "healthcheck-option-missing-value",
    .title = "HEALTHCHECK option has no value.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .why = "Options of HEALTHCHECK take their value behind an equals sign, and a duration needs a unit. "
           "The builder refuses anything else, and an empty value silently means the default.",
    .aliases = {"dockerfilelint:healthcheck_options_missing_args"},
    .examples = examples,
    .run = on(docker::Keyword::healthcheck, run),
};

}
