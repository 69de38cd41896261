#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::git_sync_command_injection {

static void run(const kubernetes::Container& container, Reporter& report) {
    for (yaml::Node variable : container["env"].items())
        if (const yaml::Node name = variable["name"]; name.scalar() == "GITSYNC_GIT")
            report.at(name, "git-sync runs whatever program 'GITSYNC_GIT' names; remove it, so that git-sync uses the git of its image");
    for (yaml::Node word : container["args"].items()) {
        const std::string_view text = word.scalar();
        if (text.starts_with("--git=") && container.image_node().scalar().find("git-sync") != std::string_view::npos)
            report.at(word, "git-sync runs whatever program '--git' names; remove it, so that git-sync uses the git of its image");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: docs
spec:
  initContainers:
  - name: fetch
    image: registry.k8s.io/git-sync/git-sync:v4.4.0
    args:
    - --repo=https://git.example.org/docs
    - --git=/tmp/payload
      ^^^^^^^^^^^^^^^^^^ git-sync runs whatever program '--git' names; remove it, so that git-sync uses the git of its image
    env:
    - name: GITSYNC_GIT
            ^^^^^^^^^^^ git-sync runs whatever program 'GITSYNC_GIT' names; remove it, so that git-sync uses the git of its image
      value: /tmp/payload
  containers:
  - name: web
    image: example.org/web:1.4
    args: [--git=yes]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: docs
spec:
  initContainers:
  - name: fetch
    image: registry.k8s.io/git-sync/git-sync:v4.4.0
    args:
    - --repo=https://git.example.org/docs
    env:
    - name: GITSYNC_ONE_TIME
      value: "true"
  containers:
  - name: web
    image: example.org/web:1.4
    args: [--git=yes]
)",
                                        .path = "app.yaml"}};

extern constinit const Check git_sync_command_injection = {
    .id = "git-sync-command-injection",
    .title = "git-sync is configured with a custom git binary.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Whoever may edit the workload or fill the volume that holds the program runs code with the token and the network of git-sync, "
           "and nothing in the manifest looks like a command.",
    .aliases = {"checkov:CKV_K8S_159"},
    .examples = examples,
    .run = on_containers(run),
};

}
