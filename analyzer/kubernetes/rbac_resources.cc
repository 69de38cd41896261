#include <cctype>
#include <string>
#include <vector>

#include "analyzer/kubernetes/rbac.h"
#include "analyzer/text/distance.h"

namespace plimsoll::kubernetes {

namespace {

struct Group {
    std::string_view name, cluster, namespaced;   // names with a blank before and after each
};

// Groups of today first, so that the first one with a resource is the one to name. "users" and the like are what `impersonate` is granted on,
// "signers" what `approve` and `sign` are.
constexpr Group groups[] = {
    {"", " componentstatuses groups namespaces nodes persistentvolumes users ",
     " bindings configmaps endpoints events limitranges persistentvolumeclaims pods podtemplates replicationcontrollers resourcequotas secrets "
     "serviceaccounts services "},
    {"apps", " ", " controllerrevisions daemonsets deployments replicasets statefulsets "},
    {"batch", " ", " cronjobs jobs "},
    {"networking.k8s.io", " clustercidrs ingressclasses ipaddresses servicecidrs ", " ingresses networkpolicies "},
    {"rbac.authorization.k8s.io", " clusterrolebindings clusterroles ", " rolebindings roles "},
    {"autoscaling", " ", " horizontalpodautoscalers "},
    {"policy", " podsecuritypolicies ", " poddisruptionbudgets "},
    {"storage.k8s.io", " csidrivers csinodes storageclasses volumeattachments volumeattributesclasses ", " csistoragecapacities "},
    {"admissionregistration.k8s.io",
     " mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations validatingadmissionpolicies "
     "validatingadmissionpolicybindings validatingwebhookconfigurations ",
     " "},
    {"apiextensions.k8s.io", " customresourcedefinitions ", " "},
    {"apiregistration.k8s.io", " apiservices ", " "},
    {"authentication.k8s.io", " selfsubjectreviews tokenreviews uids userextras ", " "},
    {"authorization.k8s.io", " selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews ", " localsubjectaccessreviews "},
    {"certificates.k8s.io", " certificatesigningrequests clustertrustbundles signers ", " podcertificaterequests "},
    {"coordination.k8s.io", " ", " leasecandidates leases "},
    {"discovery.k8s.io", " ", " endpointslices "},
    {"events.k8s.io", " ", " events "},
    {"flowcontrol.apiserver.k8s.io", " flowschemas prioritylevelconfigurations ", " "},
    {"node.k8s.io", " runtimeclasses ", " "},
    {"scheduling.k8s.io", " priorityclasses ", " compositepodgroups podgroups workloads "},
    {"resource.k8s.io", " deviceclasses devicetaintrules resourceclasses resourcepoolstatusrequests resourceslices ",
     " podschedulingcontexts podschedulings resourceclaimparameters resourceclaims resourceclaimtemplates resourceclassparameters "},
    {"lifecycle.k8s.io", " ", " evictionrequests evictions "},
    {"storagemigration.k8s.io", " storageversionmigrations ", " "},
    {"internal.apiserver.k8s.io", " storageversions ", " "},
    {"extensions", " podsecuritypolicies thirdpartyresources ", " daemonsets deployments ingresses jobs networkpolicies replicasets replicationcontrollers "},
    {"auditregistration.k8s.io", " auditsinks ", " "},
    {"settings.k8s.io", " ", " podpresets "},
};

const Group* find_group(std::string_view name) {
    for (const Group& group : groups)
        if (group.name == name) return &group;
    return nullptr;
}

bool holds(std::string_view list, std::string_view name) {
    for (std::size_t at = list.find(name); at != std::string_view::npos; at = list.find(name, at + 1))
        if (list[at - 1] == ' ' && list[at + name.size()] == ' ') return true;
    return false;
}

std::string_view whole(std::string_view resource) { return resource.substr(0, resource.find('/')); }

}

bool is_builtin_group(std::string_view group) { return find_group(group) != nullptr; }

bool is_builtin_resource(std::string_view group, std::string_view resource) {
    const Group* found = find_group(group);
    const std::string_view name = whole(resource);
    return found && !name.empty() && (holds(found->cluster, name) || holds(found->namespaced, name));
}

bool is_cluster_scoped_resource(std::string_view group, std::string_view resource) {
    const Group* found = find_group(group);
    const std::string_view name = whole(resource);
    return found && !name.empty() && holds(found->cluster, name);
}

std::optional<std::string_view> group_of_resource(std::string_view resource) {
    const std::string_view name = whole(resource);
    if (name.empty() || name.find(' ') != std::string_view::npos) return std::nullopt;
    for (const Group& group : groups)
        if (holds(group.cluster, name) || holds(group.namespaced, name)) return group.name;
    return std::nullopt;
}

std::string_view nearest_resource(std::string_view name) {
    std::string lower(whole(name).substr(0, 64));
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::vector<std::string_view> names;
    for (const Group& group : groups)
        for (std::string_view list : {group.cluster, group.namespaced})
            for (std::size_t at = 1; at < list.size();) {
                const std::size_t end = list.find(' ', at);
                names.push_back(list.substr(at, end - at));
                at = end + 1;
            }
    // A singular is nearer to its plural than to any other name.
    for (std::string_view plural : names)
        if (plural == lower || plural == lower + "s" || plural == lower + "es" || (lower.ends_with('y') && plural == lower.substr(0, lower.size() - 1) + "ies"))
            return plural;
    return nearest_name(lower, names);
}

}
