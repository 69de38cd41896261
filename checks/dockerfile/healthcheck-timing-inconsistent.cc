#include "analyzer/docker/validate.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::healthcheck_timing_inconsistent {

struct Timing {
    const docker::Flag* flag = nullptr;
    double value = 0;   // nanoseconds
    bool known = true;
};

static Timing timing(const docker::Instruction& probe, std::string_view name, double standard) {
    Timing out{probe.flag(name), standard};
    if (!out.flag) return out;
    const std::optional<double> value = docker::parse_duration(out.flag->value.value);
    out.known = value.has_value();
    if (value) out.value = *value;
    return out;
}

// A value of zero is not "at once" or "never": Docker puts the default in its place.
static bool vanishes(const Timing& time, std::string_view standard, Reporter& report) {
    if (!time.flag || !time.known || time.value > 0) return false;
    const std::string name = "--" + std::string(time.flag->name.value);
    if (time.value < 0)
        report.at(time.flag->value, name + " is negative; give a duration such as " + quote(standard));
    else
        report.at(time.flag->value, name + " of zero means the default of " + std::string(standard) + "; give the duration you want");
    return true;
}

static void judge(const docker::Instruction& probe, Reporter& report) {
    const Timing interval = timing(probe, "interval", 30e9), timeout = timing(probe, "timeout", 30e9);
    const Timing period = timing(probe, "start-period", 0), start = timing(probe, "start-interval", 5e9);
    const bool odd = vanishes(interval, "30s", report) | vanishes(timeout, "30s", report) | vanishes(start, "5s", report);
    if (period.flag && period.known && period.value < 0) report.at(period.flag->value, "--start-period is negative; give a duration such as '10s'");
    const docker::Flag* retries = probe.flag("retries");
    if (retries && !retries->value.empty() && retries->value.value.find_first_not_of('0') == std::string_view::npos)
        report.at(retries->value, "--retries of zero means the default of 3; give the number you want");
    if (odd || !interval.known || !timeout.known) return;
    if (timeout.flag && timeout.value > interval.value)
        report.at(timeout.flag->value, "--timeout is longer than the interval of " +
                                           std::string(interval.flag ? interval.flag->value.value : "30s (the default)") +
                                           ", so a hung probe delays the next one; make it shorter");
    if (start.flag && start.known && period.known && start.value > period.value)
        report.at(start.flag->value, "--start-interval has no effect: it is longer than the start period of " +
                                         std::string(period.flag ? period.flag->value.value : "0s (the default)"));
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* probe : file.all(docker::Keyword::healthcheck, true)) judge(*probe, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM nginx:1.29
HEALTHCHECK --interval=5s --timeout=1m CMD ["true"]
                                    ^^ --timeout is longer than the interval of 5s, so a hung probe delays the next one; make it shorter
)",
                                        .good = R"(
FROM nginx:1.29
HEALTHCHECK --interval=1m --timeout=5s CMD ["true"]
)"},
                                       {.bad = R"(
FROM nginx:1.29
HEALTHCHECK --interval=0s --retries=0 --start-interval=1s CMD ["true"]
                       ^^ --interval of zero means the default of 30s; give the duration you want
                                    ^ --retries of zero means the default of 3; give the number you want
HEALTHCHECK --timeout=40s --start-interval=2s CMD ["true"]
                      ^^^ --timeout is longer than the interval of 30s (the default), so a hung probe delays the next one; make it shorter
                                           ^^ --start-interval has no effect: it is longer than the start period of 0s (the default)
)",
                                        .good = R"(
FROM nginx:1.29
HEALTHCHECK --interval=10s --start-period=0s CMD ["true"]
)"}};

extern constinit const Check healthcheck_timing_inconsistent = {
    .id = "healthcheck-timing-inconsistent",
    .title = "HEALTHCHECK timeout is longer than its interval.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "Docker starts the next probe only after the last one has ended, so a timeout above the interval stretches the rhythm just when something hangs. "
           "Zero does not mean none: Docker puts its default there.",
    .examples = examples,
    .run = on(docker::Keyword::healthcheck, run),
};

}
