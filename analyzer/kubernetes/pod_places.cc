#include "analyzer/kubernetes/pod_places.h"

#include <algorithm>
#include <array>

#include "analyzer/kubernetes/kinds.h"

namespace plimsoll::kubernetes {

namespace {

enum class Form : unsigned char {
    whole,   // a PodSpec that is used as it stands
    part,    // one that a controller completes or that only overrides
    lists,   // no PodSpec: containers are in `lists`, below the mapping that plays its part
};

// Groups, kinds and paths are separated by spaces; "[*]" stands for every item, "*" for every value of a mapping.
struct Place {
    std::string_view groups;
    std::string_view kinds;
    std::string_view paths;
    Form form = Form::whole;
    std::string_view lists = {};   // below each path; "." is the mapping itself, "-" before a path: init containers
};

constexpr std::string_view job_set = "spec.template.spec.replicatedJobs[*].template.spec.template.spec";
constexpr std::string_view workflow_lists = "-initContainers[*] container script containerSet.containers[*] sidecars[*]";
constexpr std::string_view task_lists = "stepTemplate steps[*] sidecars[*]";
constexpr std::string_view sidecar_lists = "-initContainers[*] sidecars[*]";

// By group. Groups share a row where the paths are the same and no kind of one is another thing in the other.
constexpr auto places = std::to_array<Place>({
    {"", "Pod", "spec"},
    {"", "PodTemplate", "template.spec"},
    {"", "ReplicationController", "spec.template.spec"},
    {"apps extensions", "Deployment DaemonSet ReplicaSet StatefulSet", "spec.template.spec"},
    {"batch extensions", "Job", "spec.template.spec"},
    {"batch", "CronJob", "spec.jobTemplate.spec.template.spec"},

    {"acid.zalan.do", "postgresql", "spec", Form::lists, sidecar_lists},
    {"actions.github.com", "AutoscalingListener AutoscalingRunnerSet", "spec.template.spec"},
    {"actions.github.com", "AutoscalingRunnerSet", "spec.listenerTemplate.spec", Form::part},
    {"actions.github.com", "EphemeralRunner", "spec.spec"},
    {"actions.github.com", "EphemeralRunnerSet", "spec.ephemeralRunnerSpec.spec"},
    {"actions.summerwind.dev", "Runner", "spec", Form::part},
    {"actions.summerwind.dev", "RunnerDeployment RunnerReplicaSet RunnerSet", "spec.template.spec", Form::part},
    {"agent.k8s.elastic.co beat.k8s.elastic.co", "Agent Beat",
     "spec.daemonSet.podTemplate.spec spec.deployment.podTemplate.spec spec.statefulSet.podTemplate.spec", Form::part},
    {"agents.x-k8s.io", "Sandbox", "spec.podTemplate.spec"},
    {"agones.dev", "Fleet GameServerSet", "spec.template.spec.template.spec"},
    {"agones.dev", "GameServer", "spec.template.spec"},
    {"apm.k8s.elastic.co autoops.k8s.elastic.co enterprisesearch.k8s.elastic.co kibana.k8s.elastic.co logstash.k8s.elastic.co maps.k8s.elastic.co "
     "packageregistry.k8s.elastic.co",
     "ApmServer AutoOpsAgentPolicy EnterpriseSearch Kibana Logstash ElasticMapsServer PackageRegistry", "spec.podTemplate.spec", Form::part},
    {"elasticsearch.k8s.elastic.co", "Elasticsearch", "spec.nodeSets[*].podTemplate.spec", Form::part},
    {"apps.kruise.io", "BroadcastJob CloneSet DaemonSet StatefulSet", "spec.template.spec"},
    {"apps.kruise.io", "AdvancedCronJob", "spec.template.broadcastJobTemplate.spec.template.spec spec.template.jobTemplate.spec.template.spec"},
    {"apps.kruise.io", "UnitedDeployment",
     "spec.template.advancedStatefulSetTemplate.spec.template.spec spec.template.cloneSetTemplate.spec.template.spec "
     "spec.template.deploymentTemplate.spec.template.spec spec.template.statefulSetTemplate.spec.template.spec"},
    {"apps.kruise.io", "EphemeralJob", "spec.template", Form::lists, "ephemeralContainers[*]"},
    {"apps.kruise.io", "SidecarSet", "spec", Form::lists, "-initContainers[*] containers[*]"},
    {"apps.openshift.io", "DeploymentConfig", "spec.template.spec"},
    {"argoproj.io", "AnalysisRun AnalysisTemplate ClusterAnalysisTemplate", "spec.metrics[*].provider.job.spec.template.spec"},
    {"argoproj.io", "Experiment", "spec.templates[*].template.spec"},
    {"argoproj.io", "Rollout", "spec.template.spec"},
    {"argoproj.io", "EventSource Sensor", "spec.template", Form::lists, "container"},
    {"argoproj.io", "ClusterWorkflowTemplate Workflow WorkflowTemplate", "spec.templateDefaults spec.templates[*]", Form::lists, workflow_lists},
    {"argoproj.io", "CronWorkflow", "spec.workflowSpec.templateDefaults spec.workflowSpec.templates[*]", Form::lists, workflow_lists},
    {"argoproj.io", "WorkflowTaskSet", "spec.tasks.*", Form::lists, workflow_lists},
    {"argoproj.io", "ClusterWorkflowTemplate Workflow WorkflowTemplate", "spec.executorPlugins[*].spec.sidecar", Form::lists, "container"},
    {"argoproj.io", "CronWorkflow", "spec.workflowSpec.executorPlugins[*].spec.sidecar", Form::lists, "container"},
    {"batch.volcano.sh flow.volcano.sh", "Job JobTemplate", "spec.tasks[*].template.spec"},
    {"batch.volcano.sh", "CronJob", "spec.jobTemplate.spec.tasks[*].template.spec"},
    {"flow.volcano.sh", "JobFlow", "spec.flows[*].patch.jobSpec.tasks[*].template.spec", Form::part},
    {"cert-manager.io", "ClusterIssuer Issuer",
     "spec.acme.solvers[*].http01.gatewayHTTPRoute.podTemplate.spec spec.acme.solvers[*].http01.ingress.podTemplate.spec", Form::part},
    {"disaggregatedset.x-k8s.io", "DisaggregatedSet",
     "spec.roles[*].spec.leaderWorkerTemplate.leaderTemplate.spec spec.roles[*].spec.leaderWorkerTemplate.workerTemplate.spec"},
    {"flink.apache.org", "FlinkDeployment", "spec.podTemplate.spec spec.jobManager.podTemplate.spec spec.taskManager.podTemplate.spec", Form::part},
    {"flink.apache.org", "FlinkBlueGreenDeployment",
     "spec.template.spec.podTemplate.spec spec.template.spec.jobManager.podTemplate.spec spec.template.spec.taskManager.podTemplate.spec", Form::part},
    {"grafana.integreatly.org", "Grafana", "spec.deployment.spec.template.spec", Form::part},
    {"jobset.x-k8s.io", "JobSet", "spec.replicatedJobs[*].template.spec.template.spec"},
    {"kafka.strimzi.io", "Kafka", "spec.cruiseControl.template.pod spec.entityOperator.template.pod spec.kafka.template.pod spec.kafkaExporter.template.pod",
     Form::part},
    {"kafka.strimzi.io", "KafkaBridge KafkaConnect KafkaMirrorMaker2 KafkaNodePool", "spec.template.pod", Form::part},
    {"keda.sh", "ScaledJob", "spec.jobTargetRef.template.spec"},
    {"kubeflow.org", "JAXJob", "spec.jaxReplicaSpecs.*.template.spec"},
    {"kubeflow.org", "MPIJob", "spec.mpiReplicaSpecs.*.template.spec"},
    {"kubeflow.org", "PaddleJob", "spec.paddleReplicaSpecs.*.template.spec"},
    {"kubeflow.org", "PyTorchJob", "spec.pytorchReplicaSpecs.*.template.spec"},
    {"kubeflow.org", "TFJob", "spec.tfReplicaSpecs.*.template.spec"},
    {"kubeflow.org", "XGBoostJob", "spec.xgbReplicaSpecs.*.template.spec"},
    {"kubeflow.org", "Notebook", "spec.template.spec"},
    {"kubeflow.org", "PVCViewer", "spec.podSpec"},
    {"kubeflow.org", "PodDefault", "spec", Form::lists, sidecar_lists},
    {"kubeflow.org trainer.kubeflow.org", "ClusterTrainingRuntime TrainingRuntime", job_set},
    {"kubeflow.org trainer.kubeflow.org", "TrainJob", "spec", Form::lists, "trainer"},
    {"trainer.kubeflow.org", "OptimizationJob", "spec.trainJobTemplate.spec", Form::lists, "trainer"},
    {"kueue.x-k8s.io", "Workload", "spec.podSets[*].template.spec"},
    {"leaderworkerset.x-k8s.io", "LeaderWorkerSet", "spec.leaderWorkerTemplate.leaderTemplate.spec spec.leaderWorkerTemplate.workerTemplate.spec"},
    {"machinelearning.seldon.io", "SeldonDeployment", "spec.predictors[*].componentSpecs[*].spec"},
    {"monitoring.coreos.com", "Alertmanager Prometheus PrometheusAgent ThanosRuler", "spec", Form::part},
    {"opentelemetry.io", "OpenTelemetryCollector TargetAllocator", "spec", Form::lists, "."},
    {"operator.victoriametrics.com", "VLDistributed", "spec.vmauth.spec spec.zoneCommon.vlagent.spec spec.zones[*].vlagent.spec", Form::part},
    {"operator.victoriametrics.com", "VMDistributed", "spec.vmauth.spec spec.zoneCommon.vmagent.spec spec.zones[*].vmagent.spec", Form::part},
    {"pkg.crossplane.io", "DeploymentRuntimeConfig", "spec.deploymentTemplate.spec.template.spec", Form::part},
    {"postgresql.cnpg.io", "Pooler", "spec.template.spec", Form::part},
    {"rabbitmq.com", "RabbitmqCluster", "spec.override.statefulSet.spec.template.spec", Form::part},
    {"ray.io", "RayCluster", "spec.headGroupSpec.template.spec spec.workerGroupSpecs[*].template.spec"},
    {"ray.io", "RayCluster", "spec", Form::lists, "autoscalerOptions"},
    {"ray.io", "RayCronJob",
     "spec.jobTemplate.rayClusterSpec.headGroupSpec.template.spec spec.jobTemplate.rayClusterSpec.workerGroupSpecs[*].template.spec "
     "spec.jobTemplate.submitterPodTemplate.spec"},
    {"ray.io", "RayCronJob", "spec.jobTemplate.rayClusterSpec", Form::lists, "autoscalerOptions"},
    {"ray.io", "RayJob",
     "spec.rayClusterSpec.headGroupSpec.template.spec spec.rayClusterSpec.workerGroupSpecs[*].template.spec spec.submitterPodTemplate.spec"},
    {"ray.io", "RayJob", "spec.rayClusterSpec", Form::lists, "autoscalerOptions"},
    {"ray.io", "RayService", "spec.rayClusterConfig.headGroupSpec.template.spec spec.rayClusterConfig.workerGroupSpecs[*].template.spec"},
    {"ray.io", "RayService", "spec.rayClusterConfig", Form::lists, "autoscalerOptions"},
    {"serving.knative.dev", "Configuration Service", "spec.template.spec", Form::part},
    {"serving.knative.dev", "Revision", "spec", Form::part},
    {"serving.kserve.io", "ClusterServingRuntime ServingRuntime", "spec", Form::part},
    {"serving.kserve.io", "ClusterStorageContainer", "spec", Form::lists, "container"},
    {"serving.kserve.io serving.kubeflow.org", "InferenceService", "spec.predictor spec.explainer spec.transformer spec.canary[*].predictor", Form::part},
    {"serving.kserve.io serving.kubeflow.org", "InferenceService",
     "spec.default.predictor.custom spec.default.explainer.custom spec.default.transformer.custom spec.canary.predictor.custom "
     "spec.canary.explainer.custom spec.canary.transformer.custom",
     Form::lists, "container"},
    {"serving.kserve.io", "LLMInferenceService LLMInferenceServiceConfig",
     "spec.template spec.worker spec.prefill.template spec.prefill.worker spec.router.scheduler.template spec.router.scheduler.tokenizer.template", Form::part},
    {"sinks.knative.dev", "JobSink", "spec.job.spec.template.spec"},
    {"sources.knative.dev", "ContainerSource", "spec.template.spec"},
    {"sparkoperator.k8s.io", "SparkApplication", "spec.driver spec.executor", Form::lists, sidecar_lists},
    {"sparkoperator.k8s.io", "ScheduledSparkApplication", "spec.template.driver spec.template.executor", Form::lists, sidecar_lists},
    {"tekton.dev", "Task", "spec", Form::lists, task_lists},
    {"tekton.dev", "TaskRun", "spec.taskSpec", Form::lists, task_lists},
    {"tekton.dev", "TaskRun", "spec.podTemplate", Form::part},
    {"tekton.dev", "StepAction", "spec", Form::lists, "."},
    {"tekton.dev", "Pipeline", "spec.tasks[*].taskSpec spec.finally[*].taskSpec", Form::lists, task_lists},
    {"tekton.dev", "PipelineRun", "spec.pipelineSpec.tasks[*].taskSpec spec.pipelineSpec.finally[*].taskSpec", Form::lists, task_lists},
    {"tekton.dev", "PipelineRun", "spec.taskRunTemplate.podTemplate", Form::part},
});

// Takes the first word of a list separated by `separator`.
std::string_view take(std::string_view& list, char separator) {
    const std::size_t end = std::min(list.find(separator), list.size());
    const std::string_view word = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    return word;
}

bool holds(std::string_view list, std::string_view word) {
    if (list.size() < word.size()) return false;
    if (list.find(' ') == std::string_view::npos) return list == word;
    while (!list.empty()) {
        if (take(list, ' ') == word) return true;
    }
    return false;
}

// Calls `visit` with every node at the path below `from`.
template <typename Visit>
void each(yaml::Node from, std::string_view path, const Visit& visit) {
    if (!from) return;
    if (path.empty()) return visit(from);
    std::string_view step = take(path, '.');
    if (step == "*") {
        for (const yaml::Entry entry : from.entries()) each(entry.value, path, visit);
        return;
    }
    if (!step.ends_with("[*]")) return each(from[step], path, visit);
    for (const yaml::Node item : from[step.substr(0, step.size() - 3)].items()) each(item, path, visit);
}

template <typename Visit>
void each_of(yaml::Node from, std::string_view paths, const Visit& visit) {
    while (!paths.empty()) each(from, take(paths, ' '), visit);
}

void add_list(Pod& pod, yaml::Node list, ContainerClass type) {
    for (const yaml::Node item : list.items()) {
        if (!item.is_mapping()) continue;
        const bool sidecar = type == ContainerClass::init && item["restartPolicy"].text_or_empty() == "Always";
        pod.containers.push_back({nullptr, item, sidecar ? ContainerClass::sidecar : type});
    }
}

// A controller adds what is missing in a custom kind's containers; a pod made from them as they are would not start.
bool lacks_images(const Pod& pod) {
    return pod.containers.empty() || std::ranges::any_of(pod.containers, [](const Container& c) { return !c["image"].is_set(); });
}

void add_pod(std::vector<Pod>& pods, const Place& place, yaml::Node object, yaml::Node spec, bool builtin) {
    if (!spec.is_mapping()) return;
    Pod& pod = pods.emplace_back();
    pod.spec = spec;
    // An object's own metadata are those of what runs for a Pod only.
    const yaml::Node around = spec.parent();
    if (around != object || place.kinds == "Pod") pod.metadata = around["metadata"];
    const yaml::Node apps = spec["containers"], inits = spec["initContainers"], ephemeral = spec["ephemeralContainers"];
    pod.containers.reserve(apps.size() + inits.size() + ephemeral.size());
    add_list(pod, apps, ContainerClass::app);
    add_list(pod, inits, ContainerClass::init);
    add_list(pod, ephemeral, ContainerClass::ephemeral);
    pod.partial = place.form == Form::part || (!builtin && lacks_images(pod));
}

void add_lists(std::vector<Pod>& pods, const Place& place, yaml::Node base) {
    if (!base.is_mapping()) return;
    Pod pod;
    for (std::string_view lists = place.lists; !lists.empty();) {
        std::string_view path = take(lists, ' ');
        const bool init = path.starts_with('-');
        if (init) path.remove_prefix(1);
        const ContainerClass type = init ? ContainerClass::init : path.starts_with("ephemeral") ? ContainerClass::ephemeral : ContainerClass::app;
        each(base, path == "." ? std::string_view{} : path, [&](yaml::Node container) {
            if (container.is_mapping()) pod.containers.push_back({nullptr, container, type});
        });
    }
    if (pod.containers.empty()) return;
    if (place.lists != ".") pod.spec = base;
    pod.partial = true;
    pods.push_back(std::move(pod));
}

}

std::vector<Pod> pods_of(std::string_view group, std::string_view kind, yaml::Node object) {
    std::vector<Pod> pods;
    const bool builtin = builtin_kind(group, kind) != nullptr;
    for (const Place& place : places) {
        if (!holds(place.groups, group) || !holds(place.kinds, kind)) continue;
        each_of(object, place.paths, [&](yaml::Node found) {
            if (place.form == Form::lists)
                add_lists(pods, place, found);
            else
                add_pod(pods, place, object, found, builtin);
        });
    }
    return pods;
}

bool carries_pods(std::string_view group, std::string_view kind) {
    return std::ranges::any_of(places, [&](const Place& place) { return holds(place.groups, group) && holds(place.kinds, kind); });
}

}
