#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::debug_mode_environment {

namespace {

enum class How : unsigned char { equals, contains };

struct Switch {
    std::string_view variable;
    How how = How::equals;
    std::string_view value;   // lower case for equals
    std::string_view what;
};

constexpr Switch switches[] = {
    {"FLASK_ENV", How::equals, "development", "lets visitors run code through Flask's debugger"},
    {"FLASK_DEBUG", How::equals, "1", "lets visitors run code through Flask's debugger"},
    {"FLASK_DEBUG", How::equals, "true", "lets visitors run code through Flask's debugger"},
    {"WERKZEUG_DEBUG_PIN", How::equals, "off", "opens Werkzeug's debugger to everybody"},
    {"DJANGO_DEBUG", How::equals, "true", "shows settings and source code in Django's error pages"},
    {"DJANGO_DEBUG", How::equals, "1", "shows settings and source code in Django's error pages"},
    {"SPRING_DEVTOOLS_REMOTE_SECRET", How::contains, "", "lets Spring's developer tools replace the program from afar"},
    {"NODE_OPTIONS", How::contains, "--inspect=0.0.0.0", "opens Node's debugger to the network"},
    {"NODE_OPTIONS", How::contains, "--inspect-brk=0.0.0.0", "opens Node's debugger to the network"},
    {"JAVA_TOOL_OPTIONS", How::contains, "jdwp", "opens Java's debugger"},
    {"JDK_JAVA_OPTIONS", How::contains, "jdwp", "opens Java's debugger"},
    {"_JAVA_OPTIONS", How::contains, "jdwp", "opens Java's debugger"},
    {"JAVA_OPTS", How::contains, "jdwp", "opens Java's debugger"},
};

bool same_letters(std::string_view text, std::string_view lower) {
    return std::ranges::equal(text, lower, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b; });
}

bool turns_on(const Switch& rule, std::string_view value) {
    return rule.how == How::contains ? value.find(rule.value) != std::string_view::npos && !value.empty() : same_letters(value, rule.value);
}

}

static void judge(std::string_view name, yaml::Node value, Reporter& report) {
    const std::string_view text = value.text_or_empty();
    for (const Switch& rule : switches) {
        if (name != rule.variable || !turns_on(rule, text)) continue;
        Draft draft = report.at(value, quote(name) + " " + std::string(rule.what) + "; leave it out of what runs in a cluster");
        if (!name.starts_with("FLASK_")) draft.only({});
        return;
    }
    for (const std::string& row : report.list("variables"))
        if (row.size() == name.size() + 1 + text.size() && row.starts_with(name) && row[name.size()] == '=' && row.ends_with(text)) {
            report.at(value, quote(name) + " switches on a debug mode; leave it out of what runs in a cluster").only({});
            return;
        }
}

static void run(const kubernetes::Container& container, Reporter& report) {
    for (yaml::Node variable : container["env"].items())
        if (const yaml::Node value = variable["value"]) judge(variable["name"].text_or_empty(), value, report);
}

static constexpr Option options[] = {
    {.name = "variables", .value = {}, .what = "Further settings that switch on a debug mode, as NAME=value."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: shop
    image: example.org/shop:1.4
    env:
    - name: FLASK_DEBUG
      value: "1"
             ^^^ 'FLASK_DEBUG' lets visitors run code through Flask's debugger; leave it out of what runs in a cluster
    - {name: JAVA_TOOL_OPTIONS, value: "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005"}
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'JAVA_TOOL_OPTIONS' opens Java's debugger; leave it out of what runs in a cluster
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: shop
    image: example.org/shop:1.4
    env:
    - name: FLASK_DEBUG
      value: "0"
    - {name: NODE_OPTIONS, value: "--inspect=127.0.0.1"}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: shop
    image: example.org/shop:1.4
    env: [{name: APP_MODE, value: debug}]
                                  ^^^^^ 'APP_MODE' switches on a debug mode; leave it out of what runs in a cluster
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: shop
    image: example.org/shop:1.4
    env: [{name: APP_MODE, value: live}]
)",
                                        .config = "checks:\n  debug-mode-environment:\n    variables: [APP_MODE=debug]\n",
                                        .path = "app.yaml"}};

extern constinit const Check debug_mode_environment = {
    .id = "debug-mode-environment",
    .title = "Environment switches on a debug mode.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Debug modes trade safety for comfort on the developer's own machine: they show sources and settings, and many run code for whoever asks.",
    .aliases = {"semgrep:flask-debugging-enabled"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
