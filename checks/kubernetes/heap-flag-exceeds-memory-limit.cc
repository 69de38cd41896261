#include <charconv>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::heap_flag_exceeds_memory_limit {

using kubernetes::Container;

namespace {

enum class Unit : unsigned char { bytes, mebibytes, percent };

// A setting of a runtime that is written into a command line, with what its number counts when it has no unit.
struct Flag {
    std::string_view text;
    Unit unit;
};

constexpr Flag flags[] = {
    {"-Xmx", Unit::bytes},
    {"-XX:MaxHeapSize=", Unit::bytes},
    {"-XX:MaxRAMPercentage=", Unit::percent},
    {"--max-old-space-size=", Unit::mebibytes},
    {"--max_old_space_size=", Unit::mebibytes},
};

// Bytes that a letter stands for; 0 for another one.
double scale_of(char letter) {
    switch (letter) {
        case 'k':
        case 'K': return 1024.0;
        case 'm':
        case 'M': return 1024.0 * 1024;
        case 'g':
        case 'G': return 1024.0 * 1024 * 1024;
        case 't':
        case 'T': return 1024.0 * 1024 * 1024 * 1024;
        default: return 0;
    }
}

struct Amount {
    double bytes = -1;        // or percent
    std::size_t length = 0;   // of its text
};

// "512m" or "90.5" at the start of the text.
Amount read(std::string_view text, Unit unit) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || number < 0) return {};
    std::size_t length = static_cast<std::size_t>(end - text.data());
    if (unit == Unit::percent) return {number, length};
    double scale = unit == Unit::mebibytes ? scale_of('m') : 1;
    if (unit == Unit::bytes && length < text.size())
        if (const double letter = scale_of(text[length]); letter > 0) scale = letter, ++length;
    return {number * scale, length};
}

}

// A flag begins a word.
static bool begins(std::string_view text, std::size_t at) {
    return at == 0 || text[at - 1] == ' ' || text[at - 1] == '"' || text[at - 1] == '\'' || text[at - 1] == '=' || text[at - 1] == '\n' || text[at - 1] == '\t';
}

static void tell(yaml::Node node, std::size_t begin, std::size_t end, yaml::Node limit, Reporter& report) {
    report
        .at(node.place(begin, end), quote(node.scalar().substr(begin, end - begin)) + " leaves nothing of the memory limit of " + quote(limit.scalar()) +
                                        " for the rest of the process; stay well below it")
        .related(limit.span(), "the memory limit");
}

static void judge_words(yaml::Node node, yaml::Node limit, double most, Reporter& report) {
    const std::string_view text = node.scalar();
    if (text.find('-') == std::string_view::npos) return;
    for (const Flag& flag : flags)
        for (std::size_t at = text.find(flag.text); at != std::string_view::npos; at = text.find(flag.text, at + flag.text.size())) {
            if (!begins(text, at)) continue;
            const Amount amount = read(text.substr(at + flag.text.size()), flag.unit);
            if (amount.bytes < 0 || (flag.unit == Unit::percent ? amount.bytes <= 90 : amount.bytes < most)) continue;
            tell(node, at, at + flag.text.size() + amount.length, limit, report);
        }
}

// GOMEMLIMIT=512MiB, PHP_MEMORY_LIMIT=512M.
static void judge_variable(std::string_view name, yaml::Node value, yaml::Node limit, double most, Reporter& report) {
    const bool go = name == "GOMEMLIMIT", php = name == "PHP_MEMORY_LIMIT";
    if (!go && !php) return judge_words(value, limit, most, report);
    const std::string_view text = value.scalar();
    const Amount amount = read(text, Unit::bytes);
    if (amount.bytes >= most) tell(value, 0, text.size(), limit, report);
}

static void run(const Container& container, Reporter& report) {
    const yaml::Node limit = container.limit("memory");
    const std::optional<std::int64_t> milli = kubernetes::quantity_milli(limit);
    if (!milli || *milli <= 0 || limit.is_placeholder()) return;
    const double most = static_cast<double>(*milli) / 1000;
    for (std::string_view list : {"command", "args"})
        for (yaml::Node word : container[list].items()) judge_words(word, limit, most, report);
    for (yaml::Node variable : container["env"].items())
        if (const yaml::Node value = variable["value"]) judge_variable(variable["name"].text_or_empty(), value, limit, most, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    command: [java, -Xmx1g, -jar, web.jar]
                    ^^^^^^ '-Xmx1g' leaves nothing of the memory limit of '512Mi' for the rest of the process; stay well below it
    env:
    - name: JAVA_TOOL_OPTIONS
      value: -Dfile.encoding=UTF-8 -XX:MaxRAMPercentage=95
                                   ^^^^^^^^^^^^^^^^^^^^^^^ '-XX:MaxRAMPercentage=95' leaves nothing of the memory limit of '512Mi' for the rest of the process; stay well below it
    - {name: GOMEMLIMIT, value: 1GiB}
                                ^^^^ '1GiB' leaves nothing of the memory limit of '512Mi' for the rest of the process; stay well below it
    resources:
      limits: {memory: 512Mi}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    command: [java, -Xmx384m, -jar, web.jar]
    env:
    - name: JAVA_TOOL_OPTIONS
      value: -XX:MaxRAMPercentage=75
    - {name: GOMEMLIMIT, value: 460MiB}
    resources:
      limits: {memory: 512Mi}
  - name: other
    image: example.org/other:1
    command: [java, -Xmx4g, -jar, other.jar]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    command:
    - sh
    - -c
    - |
      exec node --max-old-space-size=2048 server.js
                ^^^^^^^^^^^^^^^^^^^^^^^^^ '--max-old-space-size=2048' leaves nothing of the memory limit of '1Gi' for the rest of the process; stay well below it
    resources:
      limits: {memory: 1Gi}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    command:
    - sh
    - -c
    - |
      exec node --max-old-space-size=768 server.js
    resources:
      limits: {memory: 1Gi}
)",
                                        .path = "app.yaml"}};

extern constinit const Check heap_flag_exceeds_memory_limit = {
    .id = "heap-flag-exceeds-memory-limit",
    .title = "Runtime heap setting does not fit the memory limit.",
    .category = Category::resources,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why =
        "The heap is only a part of what a process needs; stacks, code and buffers come on top. A runtime that believes in more memory than the container has "
        "does not collect garbage in time and is killed under load.",
    .aliases = {"rhcop:OCP_BESTPRACT-00005"},
    .examples = examples,
    .run = on_containers(run),
};

}
