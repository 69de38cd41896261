#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::exec_sudo {

static bool blank(char c) { return c == ' ' || c == '\t'; }
static bool separates(char c) { return c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == '{' || c == '`'; }

// Whether the word at `at` is the first one of a command of the script.
static bool begins_command(std::string_view script, std::size_t at) {
    std::string_view before = script.substr(0, at);
    while (!before.empty() && blank(before.back())) before.remove_suffix(1);
    if (before.empty() || separates(before.back())) return true;
    if (before.size() == at) return false;
    constexpr std::string_view leads[] = {"then", "do", "else", "if", "while", "until", "exec", "time", "!"};
    return std::ranges::any_of(leads, [&](std::string_view lead) {
        return before.ends_with(lead) &&
               (before.size() == lead.size() || blank(before[before.size() - lead.size() - 1]) || separates(before[before.size() - lead.size() - 1]));
    });
}

static void run(const kubernetes::Container& container, Reporter& report) {
    constexpr std::string_view message = "sudo runs the command as root; start the container as the user it needs (runAsUser)";
    const yaml::Node first = container["command"].empty() ? container["args"][std::size_t{0}] : container["command"][std::size_t{0}];
    if (first.scalar() == "sudo" || first.scalar().ends_with("/sudo")) report.at(first, std::string(message));
    const yaml::Node script = container.shell_script();
    const std::string_view text = script.scalar();
    for (std::size_t at = text.find("sudo"); at != std::string_view::npos; at = text.find("sudo", at + 4))
        if ((at + 4 == text.size() || blank(text[at + 4])) && begins_command(text, at)) report.at(script.place(at, at + 4), std::string(message));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
  - name: tool
    image: example.org/tool:2
    command: [sudo, /usr/bin/tool]
              ^^^^ sudo runs the command as root; start the container as the user it needs (runAsUser)
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
  - name: tool
    image: example.org/tool:2
    command: [/usr/bin/tool]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
  - name: tool
    image: example.org/tool:2
    command: [sh, -c]
    args:
    - |
      mkdir -p /srv/data
      if true; then sudo chown 1000 /srv/data; fi
                    ^^^^ sudo runs the command as root; start the container as the user it needs (runAsUser)
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
  - name: tool
    image: example.org/tool:2
    command: [sh, -c]
    args:
    - |
      apk add sudo
      cat /etc/sudoers
      echo "no sudo here"
)",
                                        .path = "app.yaml"}};

extern constinit const Check exec_sudo = {
    .id = "exec-sudo",
    .title = "Container command uses sudo.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "sudo needs a setuid program and a user who may become root without a password, so every hole in the container is a way to root. "
           "With allowPrivilegeEscalation: false it does not work at all.",
    .aliases = {"kubescape:C-0062", "marvin:M-408"},
    .examples = examples,
    .run = on_containers(run),
};

}
