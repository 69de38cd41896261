#include "analyzer/engine/context.h"
#include "analyzer/engine/kubernetes_check.h"

// $(NAME) in env, command and args.

namespace plimsoll::checks::env_references {

using kubernetes::Container;
using yaml::Node;

namespace {

struct Reference {
    std::string_view name;
    std::size_t from, to;   // in the text, "$(" and ")" included
};

// Calls each(reference) for every $(NAME) of the text; "$$" escapes.
template <typename Each>
void each_reference(std::string_view text, const Each& each) {
    for (std::size_t at = text.find('$'); at != std::string_view::npos && at + 1 < text.size(); at = text.find('$', at)) {
        if (text[at + 1] == '$') {
            at += 2;
            continue;
        }
        if (text[at + 1] != '(') {
            ++at;
            continue;
        }
        const std::size_t end = text.find(')', at);
        if (end == std::string_view::npos) return;
        each(Reference{text.substr(at + 2, end - at - 2), at, end + 1});
        at = end + 1;
    }
}

}

// Longer lists are not written by people, and looking each name up in them would take long.
static constexpr std::size_t most_variables = 2000;

// Written as environment variables are; "$(hostname)" and "$(date +%s)" are meant for a shell.
static bool is_upper_name(std::string_view name) {
    return !name.empty() && name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos && !(name[0] >= '0' && name[0] <= '9');
}

// What the kubelet sets for each Service.
static bool is_service_variable(std::string_view name) {
    return name.ends_with("_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string_view::npos || name.ends_with("_PORT") ||
           name.find("_PORT_") != std::string_view::npos;
}

static bool is_known(Node env, std::string_view name) {
    for (Node item : env.items())
        if (item["name"].text_or_empty() == name || item["name"].is_placeholder()) return true;
    return false;
}

// The lines of a list item, when nothing else stands on them.
static std::optional<Span> lines_of(const Source& source, Node item) {
    const Span lines = source.whole_lines(item.span());
    const std::string_view before = source.slice({lines.begin, item.span().begin});
    const std::string_view text = source.slice(lines);
    if (item.is_alias() || before.find_first_not_of(" -") != std::string_view::npos || before.find('-') == std::string_view::npos || !text.ends_with('\n'))
        return std::nullopt;
    return lines;
}

// Puts the definition in front of the entry that uses it. Its own value must not depend on where it stands.
static std::vector<Edit> move_up(const Source& source, Node env, Node user, Node definition) {
    if (env.in_flow() || env.is_alias() || env.has_anchor() || definition["value"].scalar().find("$(") != std::string_view::npos) return {};
    const std::optional<Span> from = lines_of(source, definition), to = lines_of(source, user);
    if (!from || !to || from->begin < to->end) return {};
    return {Edit{{to->begin, to->begin}, std::string(source.slice(*from))}, Edit{*from, ""}};
}

static void run_order(const Container& container, Reporter& report) {
    const Node env = container["env"];
    if (env.size() > most_variables) return;
    for (Node item : env.items()) {
        const Node value = item["value"];
        const std::string_view text = value.text_or_empty();
        if (text.find("$(") == std::string_view::npos) continue;
        each_reference(text, [&](const Reference& reference) {
            bool behind = false;
            for (Node other : env.items()) {
                behind = behind || other == item;
                if (other["name"].text_or_empty() != reference.name) continue;
                if (!behind) return;   // defined in front: resolved
                if (other == item) continue;
                Draft draft = report.at(value.place(reference.from, reference.to), quote(text.substr(reference.from, reference.to - reference.from)) +
                                                                                       " stays as it is: the variable is defined below; move it up");
                draft.field(value.path(container.pod->object->node())).related(other["name"].span(), "defined here");
                std::vector<Edit> edits = move_up(container.pod->object->manifest().source(), env, item, other);
                if (!edits.empty()) draft.fix("Move the definition up", Safety::safe, std::move(edits));
                return;
            }
        });
    }
}

static bool beside_kustomization(const Reporter& report) {
    for (std::string_view name : {"kustomization.yaml", "kustomization.yml", "Kustomization"})
        if (report.context().exists(name).value_or(false)) return true;
    return false;
}

static void judge_text(const Container& container, Node node, Reporter& report) {
    const std::string_view text = node.text_or_empty();
    if (text.find("$(") == std::string_view::npos) return;
    each_reference(text, [&](const Reference& reference) {
        if (!is_upper_name(reference.name) || is_service_variable(reference.name) || is_known(container["env"], reference.name)) return;
        if (beside_kustomization(report)) return;   // its vars are written in the same way
        report
            .at(node.place(reference.from, reference.to),
                quote(text.substr(reference.from, reference.to - reference.from)) +
                    " stays as it is: no env entry of this container has that name; define it, or write $$ to mean it")
            .field(node.path(container.pod->object->node()));
    });
}

static bool mentions_shell(Node words) {
    for (Node word : words.items()) {
        const std::string_view text = word.scalar();
        const std::string_view name = text.substr(text.rfind('/') + 1);
        if (name == "sh" || name == "bash" || name == "ash" || name == "dash" || name == "zsh" || name == "ksh" || name == "-c" || name == "-ec" ||
            name == "-lc" || name == "-ce" || name == "-xc" || name == "-exc" || name == "-euc" || text.find('\n') != std::string_view::npos)
            return true;
    }
    return false;
}

static void run_undefined(const Container& container, Reporter& report) {
    // envFrom brings names that are known in the cluster only; a patch has others elsewhere.
    if (container.pod->partial || container.pod->object->is_fragment() || !container["envFrom"].empty()) return;
    if (!container.pod->object->builtin() || container["env"].size() > most_variables) return;   // other controllers add variables of their own
    for (Node item : container["env"].items()) {
        // A value that is nothing but a reference is there for a tool to fill in.
        const std::string_view value = item["value"].scalar();
        if (!value.starts_with("$(") || value.find(')') + 1 != value.size()) judge_text(container, item["value"], report);
    }
    const Node command = container["command"], args = container["args"];
    if (mentions_shell(command) || mentions_shell(args)) return;   // there $(X) runs the command X
    for (Node word : command.items()) judge_text(container, word, report);
    for (Node word : args.items()) judge_text(container, word, report);
}

static constexpr Example order_examples[] = {{.bad = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env:
    - name: URL
      value: "http://$(HOST):8080"
                     ^^^^^^^ '$(HOST)' stays as it is: the variable is defined below; move it up
    - name: HOST
      value: db
)yaml",
                                              .good = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env:
    - name: HOST
      value: db
    - name: URL
      value: "http://$(HOST):8080"
)yaml",
                                              .path = "app.yaml"},
                                             {.bad = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env: [{name: URL, value: "http://$(HOST):8080"}, {name: HOST, value: db}]
                                     ^^^^^^^ '$(HOST)' stays as it is: the variable is defined below; move it up
)yaml",
                                              .good = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env:
    - name: NOTE
      value: "$$(LATER)"
    - name: LATER
      value: x
    args: ["--at=$(LATER)"]
)yaml",
                                              .path = "app.yaml"}};

static constexpr Example undefined_examples[] = {{.bad = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    args:
    - --host=$(POD_IP)
             ^^^^^^^^^ '$(POD_IP)' stays as it is: no env entry of this container has that name; define it, or write $$ to mean it
    - --api=$(KUBERNETES_SERVICE_HOST)
    env:
    - name: POD_ADDRESS
      valueFrom: {fieldRef: {fieldPath: status.podIP}}
)yaml",
                                                  .good = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    args: ["--host=$(POD_IP)"]
    env:
    - name: POD_IP
      valueFrom: {fieldRef: {fieldPath: status.podIP}}
  - name: logs
    image: example.org/logs:1.0
    command: [sh, -c, "echo $(HOSTNAME)"]
  - name: cache
    image: example.org/cache:1.0
    args: ["--size=$(SIZE)"]
    envFrom: [{configMapRef: {name: cache}}]
)yaml",
                                                  .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "env-var-order",
     .title = "$(VAR) refers to a variable defined later.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = "The kubelet resolves references from top to bottom, with what is defined so far. A variable that comes later is not known yet, and the text "
            "$(NAME) reaches the program as it is written.",
     .examples = order_examples,
     .run = on_containers(run_order)},
    {.id = "env-var-undefined-reference",
     .title = "$(VAR) refers to no known variable.",
     .category = Category::correctness,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "Only variables of the container's own env and envFrom and those of Services are resolved; what the image sets with ENV is not. An unknown name is "
            "no error: the program gets the text $(NAME).",
     .examples = undefined_examples,
     .run = on_containers(run_undefined)},
};

extern constinit const std::span<const Check> env_references = table;

}
