#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::workload_reads_secret {

using kubernetes::Container;
using kubernetes::Pod;

static void judge_volume(yaml::Node volume, Reporter& report) {
    if (const yaml::Node name = volume["secret"]["secretName"])
        report.at(name, "the workload mounts the Secret " + quote(name.scalar()) + "; see that it needs it").only({"kubescape:C-0255", "kubescape:C-0259"});
    if (const yaml::Node name = volume["configMap"]["name"])
        report.at(name, "the workload mounts the ConfigMap " + quote(name.scalar()) + "; see that it needs it").only({"kubescape:C-0258"});
    if (const yaml::Node name = volume["persistentVolumeClaim"]["claimName"])
        report.at(name, "the workload mounts the claim " + quote(name.scalar()) + "; see that it needs it").only({"kubescape:C-0257"});
}

static void judge_environment(const Container& container, Reporter& report) {
    for (yaml::Node variable : container["env"].items())
        if (const yaml::Node name = variable["valueFrom"]["secretKeyRef"]["name"])
            report.at(name, "the workload reads the Secret " + quote(name.scalar()) + "; see that it needs it").container(container).only({"kubescape:C-0259"});
    for (yaml::Node source : container["envFrom"].items())
        if (const yaml::Node name = source["secretRef"]["name"])
            report.at(name, "the workload reads the Secret " + quote(name.scalar()) + "; see that it needs it").container(container).only({"kubescape:C-0259"});
}

static void run(const Pod& pod, Reporter& report) {
    for (yaml::Node volume : pod["volumes"].items()) judge_volume(volume, report);
    for (const Container& container : pod.containers) judge_environment(container, report);
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
    envFrom:
    - secretRef:
        name: smtp
              ^^^^ the workload reads the Secret 'smtp'; see that it needs it
  volumes:
  - name: tls
    secret:
      secretName: web-tls
                  ^^^^^^^ the workload mounts the Secret 'web-tls'; see that it needs it
  - name: data
    persistentVolumeClaim: {claimName: web-data}
                                       ^^^^^^^^ the workload mounts the claim 'web-data'; see that it needs it
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
  volumes:
  - name: scratch
    emptyDir: {}
)",
                                        .path = "app.yaml"}};

extern constinit const Check workload_reads_secret = {
    .id = "workload-reads-secret",
    .title = "Workload consumes a Secret, ConfigMap or claim (inventory).",
    .category = Category::security,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Not a fault: a list of what an attacker would find who gets into the pod. Useful for a review of which workloads share which data.",
    .aliases = {"kubescape:C-0255", "kubescape:C-0257", "kubescape:C-0258", "kubescape:C-0259"},
    .examples = examples,
    .run = on_pods(run),
};

}
