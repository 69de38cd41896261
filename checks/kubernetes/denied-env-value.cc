#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/text/glob.h"

namespace plimsoll::checks::denied_env_value {

// "NAME=pattern": the variable may not have such a value; "NAME=!pattern": it must.
static bool refuses(std::string_view rule, std::string_view name, std::string_view value) {
    const std::size_t equal = rule.find('=');
    if (equal == std::string_view::npos || rule.substr(0, equal) != name) return false;
    const std::string_view pattern = rule.substr(equal + 1);
    return pattern.starts_with('!') ? !Glob(pattern.substr(1)).matches(value) : Glob(pattern).matches(value);
}

static void run(const kubernetes::Container& container, Reporter& report) {
    const std::vector<std::string>& rules = report.list("rules");
    if (rules.empty()) return;
    for (yaml::Node entry : container["env"].items()) {
        const std::optional<std::string_view> value = entry["value"].text();
        if (!value || entry["value"].is_placeholder()) continue;
        for (const std::string& rule : rules)
            if (refuses(rule, entry["name"].text_or_empty(), *value))
                report.at(entry["value"], quote(*value) + " is not allowed for " + quote(entry["name"].scalar()) + " in this project");
    }
}

static constexpr Option options[] = {{.name = "rules", .what = "NAME=pattern: refused values; NAME=!pattern: the only allowed ones"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: web:1.4.2
    env:
    - {name: AUTH, value: disabled}
                          ^^^^^^^^ 'disabled' is not allowed for 'AUTH' in this project
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: web:1.4.2
    env:
    - {name: AUTH, value: enabled}
)",
                                        .config = R"(checks: {denied-env-value: {rules: ["AUTH=dis*"]}})",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check denied_env_value = {
    .id = "denied-env-value",
    .title = "Environment variable has a denied value.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A variable can switch a safeguard off, such as the authorisation of an agent. The configuration says which values you "
           "do not want.",
    .aliases = {"kyverno:check-env-vars"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
