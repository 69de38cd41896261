#include <algorithm>
#include <charconv>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::user_group_range {

using yaml::Node;

namespace {

// "runAsUser=1000-2000": one field and the ids it may have.
struct Range {
    std::string_view field;
    std::int64_t least = 0, most = 0;
};

}

static std::optional<Range> read_range(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    Range range{text.substr(0, equals)};
    const std::string_view bounds = text.substr(equals + 1);
    const std::size_t dash = std::min(bounds.find('-'), bounds.size());
    auto read = [](std::string_view digits, std::int64_t& number) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return error == std::errc() && end == digits.data() + digits.size();
    };
    if (!read(bounds.substr(0, dash), range.least)) return std::nullopt;
    range.most = range.least;
    if (dash < bounds.size() && !read(bounds.substr(dash + 1), range.most)) return std::nullopt;
    return range;
}

static void judge(Node value, const std::vector<Range>& ranges, std::string_view field, const kubernetes::Container* container, Reporter& report) {
    const std::optional<std::int64_t> id = value.integer();
    if (!id) return;
    bool limited = false, inside = false;
    for (const Range& range : ranges) {
        if (range.field != field) continue;
        limited = true;
        inside = inside || (range.least <= *id && *id <= range.most);
    }
    if (!limited || inside) return;
    Draft draft = report.at(value, quote(value.scalar()) + " is outside of the ranges allowed for " + std::string(field));
    if (container) draft.container(*container);
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    std::vector<Range> ranges;
    for (const std::string& text : report.list("ranges"))
        if (const std::optional<Range> range = read_range(text)) ranges.push_back(*range);
    if (ranges.empty()) return;
    for (std::string_view field : {"runAsUser", "runAsGroup", "fsGroup"}) judge(pod.security()[field], ranges, field, nullptr, report);
    for (const Node group : pod.security()["supplementalGroups"].items()) judge(group, ranges, "supplementalGroups", nullptr, report);
    for (const kubernetes::Container& container : pod.containers)
        for (std::string_view field : {"runAsUser", "runAsGroup"}) judge(container.own_security()[field], ranges, field, &container, report);
}

static constexpr Option options[] = {
    {.name = "ranges", .what = "allowed ids for each field: runAsUser=1000-1999, fsGroup=2000; fields without an entry are free"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 999
               ^^^ '999' is outside of the ranges allowed for runAsUser
    fsGroup: 70000
             ^^^^^ '70000' is outside of the ranges allowed for fsGroup
    supplementalGroups: [2000, 5]
                               ^ '5' is outside of the ranges allowed for supplementalGroups
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {runAsUser: 1500, runAsGroup: 3}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 1000
    fsGroup: 2000
    supplementalGroups: [2000]
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {runAsUser: 1500, runAsGroup: 3}
)",
                                        .config = R"(checks:
  user-group-range:
    ranges: [runAsUser=1000-1999, fsGroup=2000, supplementalGroups=2000-2999]
)",
                                        .path = "app.yaml"}};

extern constinit const Check user_group_range = {
    .id = "user-group-range",
    .title = "User or group ids fall outside the allowed ranges.",
    .category = Category::compliance,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Where every team has its own range of ids, an id outside of it may own the files of another team on shared storage.",
    .aliases = {"kubescape:C-0211", "gatekeeper:users", "gatekeeper:fsgroup", "kyverno:restrict-usergroup-fsgroup-id", "kyverno:check-supplemental-groups"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
