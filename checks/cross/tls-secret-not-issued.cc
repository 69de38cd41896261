#include <algorithm>
#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "analyzer/kubernetes/provided.h"

// Certificates of cert-manager against their issuers and the Ingresses that use them.

namespace plimsoll::checks::tls_secret_not_issued {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;

constexpr std::string_view group = "cert-manager.io/";

// The certificate is for this host: by name, or by a wildcard for one label.
bool covers(const Object& certificate, std::string_view host) {
    if (certificate.at("spec.commonName").text_or_empty() == host) return true;
    for (yaml::Node name : certificate.at("spec.dnsNames").items()) {
        const std::string_view text = name.scalar();
        if (text == host || name.is_placeholder()) return true;
        if (text.starts_with("*.") && host.find('.') != std::string_view::npos && host.substr(host.find('.')) == text.substr(1)) return true;
    }
    return certificate.at("spec.dnsNames").empty();
}

void judge_issuer(const Cluster& cluster, const Object& certificate, Reporter& report) {
    const yaml::Node reference = certificate.at("spec.issuerRef"), name = reference["name"];
    const std::string_view kind = reference["kind"].text().value_or("Issuer"), own = reference["group"].text().value_or("cert-manager.io");
    if (!name.text() || name.is_placeholder() || own != "cert-manager.io" || (kind != "Issuer" && kind != "ClusterIssuer")) return;
    if (kubernetes::nowhere(cluster, certificate, std::string(group) + std::string(kind), name.scalar()))
        report.at(certificate, name, "no " + std::string(kind) + " " + quote(name.scalar()) + " is here, so the certificate is never issued");
}

void run(const Cluster& cluster, Reporter& report) {
    std::map<std::pair<std::string, std::string_view>, const Object*> by_secret;
    for (const Object* certificate : cluster.of_kind(std::string(group) + "Certificate")) {
        judge_issuer(cluster, *certificate, report);
        by_secret.try_emplace({kubernetes::home_of(*certificate), certificate->at("spec.secretName").text_or_empty()}, certificate);
    }
    if (by_secret.empty()) return;
    for (const Object* ingress : cluster.of_kind("Ingress"))
        for (yaml::Node tls : ingress->at("spec.tls").items()) {
            const auto entry = by_secret.find({kubernetes::home_of(*ingress), tls["secretName"].text_or_empty()});
            if (entry == by_secret.end()) continue;
            for (yaml::Node host : tls["hosts"].items())
                if (host.text() && !host.is_placeholder() && !covers(*entry->second, host.scalar()))
                    report.at(*ingress, host, "Certificate " + quote(entry->second->name()) + " is not for " + quote(host.scalar()))
                        .related(*entry->second, entry->second->at("spec.dnsNames").key(), "its names");
        }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  secretName: web-tls
  dnsNames: [www.example.org, "*.shop.example.org"]
  issuerRef: {kind: Issuer, name: usual}
                                  ^^^^^ no Issuer 'usual' is here, so the certificate is never issued
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls: [{secretName: web-tls, hosts: [a.shop.example.org, www.example.com]}]
                                                          ^^^^^^^^^^^^^^^ Certificate 'web' is not for 'www.example.com'
)",
                                 .good = R"(
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  secretName: web-tls
  dnsNames: [www.example.org]
  issuerRef: {kind: Issuer, name: usual}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: usual}
spec: {selfSigned: {}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls: [{secretName: web-tls, hosts: [www.example.org]}]
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check tls_secret_not_issued = {
    .id = "tls-secret-not-issued",
    .title = "A Certificate and what uses it disagree.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A certificate without an issuer is never made, and one for other names makes every browser refuse the connection.",
    .examples = examples,
    .run = on_cluster(run),
};

}
