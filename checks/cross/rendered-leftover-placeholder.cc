#include <algorithm>
#include <cctype>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::rendered_leftover_placeholder {

namespace {

using kubernetes::Object;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The pattern stands in the text as a word of its own.
std::size_t find_word(std::string_view text, std::string_view pattern) {
    for (std::size_t at = text.find(pattern); at != std::string_view::npos; at = text.find(pattern, at + 1)) {
        const bool starts = at == 0 || !is_word(text[at - 1]), ends = at + pattern.size() == text.size() || !is_word(text[at + pattern.size()]);
        if (starts && ends) return at;
    }
    return std::string_view::npos;
}

// "@@token@@": a name between the signs.
std::pair<std::size_t, std::size_t> find_token(std::string_view text) {
    const std::size_t begin = text.find("@@");
    if (begin == std::string_view::npos) return {0, 0};
    std::size_t end = begin + 2;
    while (end < text.size() && is_word(text[end])) ++end;
    return end > begin + 2 && text.substr(end).starts_with("@@") ? std::pair{begin, end + 2} : std::pair<std::size_t, std::size_t>{0, 0};
}

class Walk {
public:
    Walk(const Object& object, Reporter& report)
        : report_(report), patterns_(report.list("patterns")), rendered_(!object.manifest().rendered_from(object.document()).empty()) {
        const auto& exempt = report.list("exempt-kinds");
        prose_only_ = std::find(exempt.begin(), exempt.end(), object.kind()) != exempt.end();
        const yaml::Record* const record = object.node().record();
        if (record)
            for (const yaml::Record* at = record; at != record + record->skip; ++at)
                if (at->kind == yaml::Kind::scalar && at->type == yaml::Type::text && at->value.size() > 3) judge(yaml::Node(at));
    }

private:
    void judge(yaml::Node node) {
        const std::string_view text = node.scalar();
        // What text templates print for a value that is not there or of the wrong type.
        for (std::string_view sign : {"<no value>", "%!s(", "%!d(", "%!v("})
            if (const std::size_t at = text.find(sign); at != std::string_view::npos) return say(node, at, at + sign.size());
        if (prose_only_ || text.size() > 256 || text.find_first_of(" \n") != std::string_view::npos) return braces(node);
        for (const std::string& pattern : patterns_)
            if (const std::size_t at = find_word(text, pattern); at != std::string_view::npos) return say(node, at, at + pattern.size());
        // A placeholder by the configuration is still to be filled in.
        const bool declared = node.is_placeholder() && !report_.settings().placeholders.empty();
        if (const auto [begin, end] = find_token(text); end && !declared) return say(node, begin, end);
        braces(node);
    }
    // A file that is not rendered yet may hold these; in the output of a renderer they are left over, except where an operator expands them.
    void braces(yaml::Node node) {
        const std::string_view text = node.scalar();
        if (!rendered_ || prose_only_ || !node.is_placeholder() || text.find('\n') != std::string_view::npos) return;
        const std::size_t begin = text.find("{{"), end = text.find("}}", begin == std::string_view::npos ? 0 : begin);
        const std::string_view inside = begin == std::string_view::npos ? std::string_view() : text.substr(begin + 2);
        if (end != std::string_view::npos &&
            inside.substr(inside.find_first_not_of("- ") == std::string_view::npos ? 0 : inside.find_first_not_of("- ")).starts_with(".Values"))
            say(node, begin, end + 2);
    }
    void say(yaml::Node node, std::size_t begin, std::size_t end) {
        const std::string_view text = node.scalar().substr(begin, end - begin);
        report_.at(node.place(begin, end), quote(text) + " was never filled in").field(node.path());
    }

    Reporter& report_;
    const std::vector<std::string>& patterns_;
    bool rendered_, prose_only_ = false;
};

// The texts of a definition are documentation of fields.
void run(const Object& object, Reporter& report) {
    if (!object.is("CustomResourceDefinition")) Walk walk(object, report);
}

constexpr Option options[] = {{.name = "patterns",
                               .value = "CHANGEME CHANGE_ME REPLACEME REPLACE_ME TODO FIXME",
                               .what = "Words that stand for a value to come, in values without blanks."},
                              {.name = "exempt-kinds",
                               .value = "PrometheusRule Workflow WorkflowTemplate CronWorkflow ClusterWorkflowTemplate ApplicationSet Template",
                               .what = "Kinds whose values another program expands; only what a renderer printed by mistake is reported there."}};

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {chart: "<no value>"}
                   ^^^^^^^^^^ '<no value>' was never filled in
spec:
  containers:
  - name: web
    image: registry.example/web:CHANGEME
                                ^^^^^^^^ 'CHANGEME' was never filled in
    env:
    - {name: HOST, value: "@@host@@"}
                           ^^^^^^^^ '@@host@@' was never filled in
)",
                                 .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {chart: web-1.0}
  annotations: {note: "TODO: more replicas"}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    env:
    - {name: HOST, value: www.example.org}
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
# Source: web/templates/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: "{{ .Values.image }}"
            ^^^^^^^^^^^^^^^^^^^ '{{ .Values.image }}' was never filled in
)",
                                 .good = R"(
# Source: web/templates/rule.yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: web, annotations: {summary: "{{ $labels.pod }} is down"}}
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check rendered_leftover_placeholder = {
    .id = "rendered-leftover-placeholder",
    .title = "A placeholder was never filled in.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "What a template prints for a value it does not have, and words that stand for a value to come, are taken literally by the cluster.",
    .options = options,
    .examples = examples,
    .run = on_every_object(run),
};

}
