#include "analyzer/kubernetes/control_plane.h"

#include "analyzer/kubernetes/component_flags.h"
#include "analyzer/kubernetes/lifecycle.h"
#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

namespace {

ManifestFile pod(const std::string& container) {
    return ManifestFile("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n" + container);
}

// Flags as "name=value" in the order they were read; "?" for unknown values; "none" when the container runs something else.
std::string flags(const std::string& container, Component component) {
    const ManifestFile file = pod(container);
    const std::optional<Settings> settings = settings_of(file.pod().containers.front(), component);
    if (!settings) return "none";
    std::string out;
    for (const Setting& setting : settings->settings) out += setting.name + "=" + (setting.known ? setting.value : "?") + " ";
    return out + (settings->complete ? "complete" : "open");
}

}

TEST_CASE("command lines of components are read as the components read them") {
    struct Row {
        std::string container;
        Component component;
        std::string expected;
    };
    const Row rows[] = {
        {"    command: [kube-apiserver, --profiling=false, --audit_log_path, /x, -v, '2', --anonymous-auth, 'false']", Component::api_server,
         "profiling=false audit-log-path=/x anonymous-auth=true complete"},
        {"    command: [/usr/local/bin/kube-apiserver]\n    args: [--authorization-mode=Node, --authorization-mode=RBAC]", Component::api_server,
         "authorization-mode=Node authorization-mode=RBAC complete"},
        {"    command: [kube-apiserver, '--etcd-cafile=$(CA)', '--', --profiling=false]", Component::api_server, "etcd-cafile=? complete"},
        {"    command: [kube-apiserver, '$(ARGS)']", Component::api_server, "open"},
        {"    command: [/hyperkube, apiserver, --profiling]", Component::api_server, "profiling=true complete"},
        {"    command: [/hyperkube, controller-manager]", Component::api_server, "none"},
        {"    command: [/go-runner, --log-file=/x, /usr/local/bin/kube-scheduler, --bind-address=::1]", Component::scheduler, "bind-address=::1 complete"},
        {"    command: [sh, -c, 'exec kube-apiserver --profiling=false $EXTRA 2>&1']", Component::api_server, "profiling=false open"},
        {"    command: [/bin/bash, -ec]\n    args:\n    - |\n      sleep 1\n      kube-controller-manager --profiling=false \\\n        --root-ca-file "
         "\"/etc/ca.crt\"\n",
         Component::controller_manager, "profiling=false root-ca-file=/etc/ca.crt complete"},
        {"    command: [sh, -c, 'curl https://kube-apiserver:6443']\n    args: [kube-apiserver]", Component::api_server, "none"},
        {"    image: docker.io/etcd:3.6.4\n    args: [-client-cert-auth, stray, --auto-tls]", Component::etcd, "client-cert-auth=true complete"},
        {"    image: etcd\n    env: [{name: ETCD_AUTO_TLS, value: 'true'}, {name: ETCD_CERT_FILE, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
         Component::etcd, "auto-tls=true cert-file=? complete"},
        {"    image: etcd\n    command: [etcd, --config-file=/etc/etcd.yaml]", Component::etcd, "config-file=/etc/etcd.yaml open"},
        {"    image: etcd\n    command: [etcd, gateway, start]", Component::etcd, "none"},
        {"    image: etcd-backup:1\n    args: [--endpoints=x]", Component::etcd, "none"},
        {"    image: kubelet\n    command: [kubelet, --config=/x, --read-only-port, '10255']", Component::kubelet, "config=/x read-only-port=10255 open"},
        {"    command: [k3s, server, --kube-apiserver-arg=anonymous-auth=true, --kubelet-arg, read-only-port=0]", Component::api_server,
         "anonymous-auth=true open"},
    };
    for (const Row& row : rows) {
        INFO(row.container);
        CHECK(flags(row.container, row.component) == row.expected);
    }
}

TEST_CASE("settings know their bytes") {
    const ManifestFile file = pod("    command: [sh, -c, \"kube-apiserver --authorization-mode=Node,AlwaysAllow\"]\n");
    const Settings settings = *settings_of(file.pod().containers.front(), Component::api_server);
    const std::vector<ListItem> items = settings.items("authorization-mode");
    REQUIRE(items.size() == 2);
    CHECK(file.marked(items[1].span) == "AlwaysAllow");
    CHECK(file.marked(settings.settings.front().name_span) == "--authorization-mode");
    CHECK(settings.shown("profiling") == "--profiling");
}

TEST_CASE("kubeadm's arguments are a mapping or a list, and kubeadm adds its own") {
    for (const char* args : {"{profiling: 'false', bind-address: 0.0.0.0}", "[{name: profiling, value: 'false'}, {name: bind-address, value: 0.0.0.0}]"}) {
        INFO(args);
        const ManifestFile file(
            std::string("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.33.1\napiServer: {extraArgs: ") + args + "}\n");
        const std::optional<Settings> settings = settings_of(file.object(), Component::api_server);
        REQUIRE(settings);
        CHECK(settings->find("profiling")->value == "false");
        CHECK(settings->minor == 33);
        CHECK(settings->absent("audit-log-path"));
        CHECK_FALSE(settings->absent("client-ca-file"));
        CHECK(settings->path == "apiServer.extraArgs");
        CHECK_FALSE(settings_of(file.object(), Component::scheduler));
    }
    const ManifestFile machine("apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\nmetadata: {name: m}\n"
                               "spec: {kubeadmConfigSpec: {clusterConfiguration: {scheduler: {extraArgs: {profiling: 'true'}}}}}\n");
    CHECK(settings_of(machine.object(), Component::scheduler)->path == "spec.kubeadmConfigSpec.clusterConfiguration.scheduler.extraArgs");
}

TEST_CASE("a kubelet's configuration file goes by the names of the flags") {
    const ManifestFile file("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {anonymous: {enabled: yes}}\n"
                            "readOnlyPort: '10255'\ntlsCipherSuites: [A, B]\nfeatureGates: {X: false}\n");
    const Settings settings = *settings_of(file.object(), Component::kubelet);
    CHECK(settings.find("anonymous-auth")->value == "true");
    CHECK_FALSE(settings.find("read-only-port")->known);   // a text: the kubelet refuses it
    CHECK(settings.items("tls-cipher-suites").size() == 2);
    CHECK(settings.find("feature-gates")->value == "X=false");
    CHECK(settings.absent("client-ca-file"));
    CHECK_FALSE(settings.absent("authorization-mode"));   // the file's default is the safe one
    CHECK(settings.place_for("client-ca-file") == "authentication.x509.clientCAFile");
}

TEST_CASE("configuration files are read out of kubeadm's ConfigMaps, with their bytes") {
    const ManifestFile file(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy}\ndata:\n  config.conf: |\n    apiVersion: kubeproxy.config.k8s.io/v1alpha1\n"
        "    kind: KubeProxyConfiguration\n    metricsBindAddress: \"0.0.0.0:10249\"\n");
    const Settings settings = *settings_of(file.object(), Component::proxy);
    CHECK(settings.find("metrics-bind-address")->value == "0.0.0.0:10249");
    CHECK(file.marked(settings.find("metrics-bind-address")->value_span) == "\"0.0.0.0:10249\"");
    CHECK_FALSE(settings.absent("metrics-bind-address"));
    CHECK_FALSE(settings_of(file.object(), Component::kubelet));
}

TEST_CASE("the configuration file of K3s and RKE2 configures components") {
    const ManifestFile file(
        "write-kubeconfig-mode: '0600'\nkube-apiserver-arg:\n- anonymous-auth=true\n- --audit-log-maxage=7\nkubelet-arg+: read-only-port=10255\n"
        "protect-kernel-defaults: yes\n",
        "config.yaml.d/50-args.yaml");
    CHECK(file.manifest.file_class() == FileClass::objects);
    const Settings server = *settings_of(file.object(), Component::api_server);
    CHECK(server.find("anonymous-auth")->value == "true");
    CHECK(file.marked(server.find("audit-log-maxage")->value_span) == "7");
    CHECK_FALSE(server.absent("profiling"));
    const Settings kubelet = *settings_of(file.object(), Component::kubelet);
    CHECK(kubelet.find("read-only-port")->value == "10255");
    CHECK(kubelet.find("protect-kernel-defaults")->known);
    CHECK_FALSE(settings_of(file.object(), Component::etcd));
}

TEST_CASE("other files with such words are not of K3s") {
    for (const char* text : {"k3s:\n  kubelet-arg: [a=b]\n", "# kubelet-arg: x\ntoken: secret\n", "kubelet-args: [a=b]\n"})
        CHECK(ManifestFile(text, "config.yaml").manifest.file_class() == FileClass::other);
    CHECK(ManifestFile("kubelet-arg: [a=b]\n", "values.yaml").manifest.file_class() == FileClass::helm_values);
}

TEST_CASE("addresses and durations") {
    CHECK(host_of("[::1]:80") == "::1");
    CHECK(host_of("0.0.0.0:10249") == "0.0.0.0");
    CHECK(host_of("::") == "::");
    CHECK(is_loopback(host_of("127.0.0.1:10249")));
    CHECK_FALSE(is_loopback(""));
    CHECK(duration_seconds("1h30m") == 5400);
    CHECK(duration_seconds("0s") == 0);
    CHECK(duration_seconds("500ms") == 1);
    CHECK_FALSE(duration_seconds("5"));
    CHECK_FALSE(duration_seconds("h"));
    CHECK_FALSE(duration_seconds(""));
    CHECK(flag_boolean("T") == true);
    CHECK_FALSE(flag_boolean("yes"));
}

TEST_CASE("lifecycles are found by group, version and kind") {
    CHECK(lifecycle_of("extensions", "v1beta1", "Ingress")->removed == 22);
    CHECK(lifecycle_of("apps", "v1", "Deployment") == nullptr);
    CHECK(lifecycle_of("rbac.authorization.k8s.io", "v1beta1", "Role")->replacement == "rbac.authorization.k8s.io/v1");
    CHECK(lifecycle_of("cert-manager.io", "v1alpha2", "Issuer")->gone_since == "cert-manager 1.6");
    CHECK(lifecycle_of("storage.k8s.io", "v1beta1", "Storage") == nullptr);
    CHECK(target_minor("v1.29.4") == 29);
    CHECK(target_minor("") == newest_minor);
}
