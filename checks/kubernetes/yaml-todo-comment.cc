#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::yaml_todo_comment {

namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// Reports the first of the tags that stands in a comment as a word of its own.
void judge(const kubernetes::Manifest& file, Span comment, const std::vector<std::string>& tags, Reporter& report) {
    const std::string_view text = file.source().slice(comment);
    for (const std::string& tag : tags) {
        if (tag.empty()) continue;
        for (std::size_t at = text.find(tag); at != std::string_view::npos; at = text.find(tag, at + tag.size())) {
            const std::size_t end = at + tag.size();
            if ((at > 0 && is_word(text[at - 1])) || (end < text.size() && is_word(text[end]))) continue;
            const auto begin = comment.begin + static_cast<std::uint32_t>(at);
            report.at(Span{begin, begin + static_cast<std::uint32_t>(tag.size())}, "finish what this " + tag + " asks for, or move it to the issue tracker");
            return;
        }
    }
}

void run(const kubernetes::Manifest& file, Reporter& report) {
    const std::vector<std::string>& tags = report.list("tags");
    for (const yaml::Comment& comment : file.stream().comments()) judge(file, comment.span, tags, report);
}

constexpr Option options[] = {
    {.name = "tags", .value = "TODO FIXME", .what = "Words that mark unfinished work; case counts."},
};

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings   # TODO: a better name
                     ^^^^ finish what this TODO asks for, or move it to the issue tracker
data:
  # (FIXME) for tests only
     ^^^^^ finish what this FIXME asks for, or move it to the issue tracker
  level: debug
)",
                                 .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings   # TODOS are elsewhere
data:
  text: |
    # TODO is text here
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check yaml_todo_comment = {
    .id = "yaml-todo-comment",
    .title = "TODO comment in a manifest or template.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Notes in a manifest are seen by nobody who plans work. What is still to be done belongs into the issue tracker.",
    .aliases = {"sonar:S1135"},
    .options = options,
    .examples = examples,
    .run = on_manifests(run),
};

}
