#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

// User and group ids below a bound, or left to the image.

namespace plimsoll::checks::low_ids {

namespace {

using kubernetes::Container;

// What differs between users and groups.
struct Kind {
    std::string_view path;
    std::string_view option;
    std::string_view what;
    kubernetes::Effective<std::int64_t> (Container::*get)() const;
};

constexpr Kind user{"securityContext.runAsUser", "min_uid", "user", &Container::run_as_user};
constexpr Kind group{"securityContext.runAsGroup", "min_gid", "group", &Container::run_as_group};

void judge(const kubernetes::Pod& pod, Reporter& report, const Kind& kind) {
    if (pod.windows() || !pod.host_users()) return;
    const long least = report.number(kind.option);
    auto wanted = [&] { return " id of at least " + std::to_string(least); };
    kubernetes::each_setting(
        pod, [&](const Container& container) { return (container.*kind.get)(); },
        [&](const auto& id, const Container* container) {
            if (!id.value || *id.value >= least) return;
            Draft draft = report.at(id.node, quote(id.node.scalar()) + " is likely an account of the node; take a " + std::string(kind.what) + wanted());
            // Some peers are content with exactly 10000.
            if (*id.value == 10000) draft.without("checkov").without("kube-score");
            if (container) draft.container(*container);
        });
    auto unsaid = [&](const Container& container) { return kubernetes::lacks(container, kind.path) && kubernetes::lacks(pod, kind.path); };
    kubernetes::each_lacking(pod, unsaid, [&](const Container* container) {
        std::string message = "set " + std::string(kind.path.substr(kind.path.find('.') + 1)) + " to an" + wanted() + ": the image decides";
        Draft draft = container ? report.missing(*container, kind.path, std::move(message)) : report.missing(pod, kind.path, std::move(message));
        if (container) draft.container(*container);
    });
}

void low_uid(const kubernetes::Pod& pod, Reporter& report) { judge(pod, report, user); }
void low_gid(const kubernetes::Pod& pod, Reporter& report) { judge(pod, report, group); }

constexpr Example low_uid_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsUser: 1000}
                               ^^^^ '1000' is likely an account of the node; take a user id of at least 10001
  containers:
  - name: app
    image: registry.example/app:1.2
  - name: log
    image: registry.example/log:1.2
    securityContext:
      runAsUser: 20000
)",
                                         .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsUser: 20000}
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                         .path = "app.yaml"},
                                        {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
          ^^^ set runAsUser to an id of at least 1000: the image decides
    image: registry.example/app:1.2
)",
                                         .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {runAsUser: 1000}
)",
                                         .config = R"(checks:
  low-uid: {min_uid: 1000}
)",
                                         .path = "app.yaml"}};

constexpr Option low_uid_options[] = {{.name = "min_uid", .type = Option::Type::number, .value = "10001", .what = "smallest accepted user id"}};

constexpr Example low_gid_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
    ^^^^^^^^^^^^^^^ set runAsGroup to an id of at least 10001: the image decides
      runAsUser: 20000
  - name: log
    image: registry.example/log:1.2
    securityContext:
      runAsGroup: 33
                  ^^ '33' is likely an account of the node; take a group id of at least 10001
)",
                                         .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      runAsUser: 20000
      runAsGroup: 20000
)",
                                         .path = "app.yaml"}};

constexpr Option low_gid_options[] = {{.name = "min_gid", .type = Option::Type::number, .value = "10001", .what = "smallest accepted group id"}};

constexpr Check table[] = {
    {
        .id = "low-uid",
        .title = "runAsUser is below the safe range.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "User ids of containers are user ids of the node. One above those that distributions hand out owns nothing there, should the process get out of "
               "its container.",
        .aliases = {"trivy:KSV-0020", "checkov:CKV_K8S_40", "kube-score:container-security-context-user-group-id", "kics:02323c00-cdc3-4fdc-a310-4f2b3e7a1660",
                    "kubesec:RunAsUser", "datree:CONTAINERS_INCORRECT_RUNASUSER_VALUE_LOWUID", "terrascan:AC_K8S_0079"},
        .options = low_uid_options,
        .examples = low_uid_examples,
        .run = on_pods(low_uid),
    },
    {
        .id = "low-gid",
        .title = "runAsGroup is below the safe range.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Group ids of containers are group ids of the node. One above those that distributions hand out opens no file there, should the process get out "
               "of its container.",
        .aliases = {"trivy:KSV-0021", "kube-score:container-security-context-user-group-id", "kubesec:RunAsGroup",
                    "datree:CONTAINERS_INCORRECT_RUNASGROUP_VALUE_LOWGID"},
        .options = low_gid_options,
        .examples = low_gid_examples,
        .run = on_pods(low_gid),
    }};

}

extern constinit const std::span<const Check> low_ids = table;

}
