#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::default_service_account_automount {

static void run(const kubernetes::Object& account, Reporter& report) {
    if (account.name() != "default" || account.is_fragment()) return;
    const yaml::Node mounts = account["automountServiceAccountToken"];
    if (mounts.is_set() && !mounts.is_true()) return;
    const std::string message = "every pod that names no service account gets a token of 'default'; set automountServiceAccountToken: false";
    Draft draft = mounts.is_true() ? report.at(mounts, message) : report.missing(account, "automountServiceAccountToken", message);
    draft.fix("Set automountServiceAccountToken: false", Safety::safe,
              yaml::set_key(account.manifest().source(), account.node(), "automountServiceAccountToken", "false"));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
        ^^^^^^^ every pod that names no service account gets a token of 'default'; set automountServiceAccountToken: false
  namespace: shop
)",
                                        .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
  namespace: shop
automountServiceAccountToken: false
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
automountServiceAccountToken: true
                              ^^^^ every pod that names no service account gets a token of 'default'; set automountServiceAccountToken: false
)",
                                        .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
automountServiceAccountToken: false
)",
                                        .path = "app.yaml"}};

extern constinit const Check default_service_account_automount = {
    .id = "default-service-account-automount",
    .title = "ServiceAccount default keeps token automounting.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "A pod that names no service account runs as default and has its token mounted, needed or not. Switched off there, only the pods that ask "
           "for a token get one.",
    .aliases = {"checkov:CKV_K8S_41", "kubescape:C-0189", "datree:CIS_INVALID_VALUE_AUTOMOUNTSERVICEACCOUNTTOKEN", "kyverno:restrict-sa-automount-sa-token"},
    .standards = {"CIS-K8s-5.1.5", "NSA-pod-sa-token"},
    .examples = examples,
    .run = on_objects({"ServiceAccount"}, run),
};

}
