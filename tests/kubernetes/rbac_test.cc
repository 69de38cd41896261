#include "tests/catch.h"

#include "analyzer/kubernetes/rbac.h"

using namespace plimsoll;
using namespace plimsoll::kubernetes;

namespace {

struct Set {
    explicit Set(std::string text) : source("app.yaml", std::move(text)), manifest(source), cluster(pointers(manifest), Knowledge::complete) {}
    static std::vector<const Object*> pointers(const Manifest& manifest) {
        std::vector<const Object*> out;
        for (const auto& object : manifest.objects()) out.push_back(object.get());
        return out;
    }
    const Object& at(std::size_t index) const { return *manifest.objects().at(index); }
    PolicyRule rule(std::size_t index = 0) const { return PolicyRule(at(0)["rules"][index]); }

    Source source;
    Manifest manifest;
    Cluster cluster;
};

Set role(std::string rules) { return Set("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: " + rules + "\n"); }

}

TEST_CASE("a rule grants what the authorizer matches") {
    const Set exact = role("[{apiGroups: [''], resources: [pods, pods/exec], verbs: [get]}]");
    CHECK(exact.rule().grants("get", "", "pods"));
    CHECK(exact.rule().grants("get", "", "pods/exec"));
    CHECK_FALSE(exact.rule().grants("get", "", "pods/log"));
    CHECK_FALSE(exact.rule().grants("get", "metrics.k8s.io", "pods"));
    CHECK_FALSE(exact.rule().grants("list", "", "pods"));

    const Set star = role("[{apiGroups: ['*'], resources: ['*'], verbs: [get]}]");
    CHECK(star.rule().grants("get", "apps", "deployments/scale").any_resource());
    CHECK_FALSE(star.rule().grants_everything());

    const Set sub = role("[{apiGroups: [apps], resources: ['*/scale', 'pods/*'], verbs: ['*']}]");
    CHECK(sub.rule().grants("update", "apps", "deployments/scale"));
    CHECK_FALSE(sub.rule().grants("update", "apps", "deployments"));
    CHECK_FALSE(sub.rule().grants("update", "apps", "pods/exec"));
}

TEST_CASE("resourceNames narrow a rule, and a star among them is a name") {
    const Set named = role("[{apiGroups: [''], resources: [secrets, serviceaccounts/token], resourceNames: ['*'], verbs: [get, create]}]");
    CHECK(named.rule().grants("get", "", "secrets").restricted);
    CHECK_FALSE(named.rule().grants("create", "", "secrets"));
    CHECK(named.rule().grants("create", "", "serviceaccounts/token"));
}

TEST_CASE("a placeholder leaves a grant open") {
    const Set open = role("[{apiGroups: [''], resources: ['${RESOURCE}'], verbs: [get]}]");
    CHECK(open.rule().grants("get", "", "secrets").match == Match::unknown);
    CHECK(open.rule().grants("list", "", "secrets").match != Match::yes);
}

TEST_CASE("resources of the groups of Kubernetes") {
    CHECK(is_builtin_resource("apps", "deployments/scale"));
    CHECK_FALSE(is_builtin_resource("", "deployments"));
    CHECK(group_of_resource("deployments") == "apps");
    CHECK(group_of_resource("boats") == std::nullopt);
    CHECK(group_of_resource("") == std::nullopt);
    CHECK(is_cluster_scoped_resource("", "nodes/proxy"));
    CHECK_FALSE(is_cluster_scoped_resource("", "pods"));
    CHECK(nearest_resource("Deployment") == "deployments");
    CHECK(nearest_resource("networkpolicy") == "networkpolicies");
    CHECK(nearest_resource("secrests") == "secrets");
}

TEST_CASE("aggregated roles have the rules of those they select") {
    const Set set(R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {team: x}}]}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: part, labels: {team: x}}
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}, {kind: User, name: ci}]
---
apiVersion: v1
kind: Pod
metadata: {name: ci, namespace: shop}
spec: {serviceAccountName: ci, containers: [{name: c, image: c}]}
)");
    const auto rules = EffectiveRules(set.cluster).of(set.at(0));
    REQUIRE(rules.size() == 1);
    CHECK(takeover(rules[0], true));
    CHECK_FALSE(takeover(rules[0], false));

    const Bindings bindings(set.cluster);
    const auto found = bindings.of(set.at(3), "ci");
    REQUIRE(found.size() == 1);
    CHECK(found[0].role == &set.at(0));
    CHECK(found[0].wide());
    CHECK(bindings.of(set.at(3), "other").empty());
}
