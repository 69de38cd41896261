#include <string>

#include "analyzer/text/source.h"
#include "analyzer/yaml/stream.h"
#include "checks/helm/chart.h"

namespace plimsoll::checks::helm_values_file_problem {

namespace {

void tell(yaml::Node chart, const yaml::Problem& problem, std::string_view result, Reporter& report) {
    at_chart(chart, report, "values.yaml: " + problem.message + ": " + std::string(result)).related(report.context(), "values.yaml", problem.span, "the place");
}

// What stands in values.yaml is told at the chart: values files are not analysed by themselves.
void run(yaml::Node chart, Reporter& report) {
    auto text = report.context().read("values.yaml");
    if (!text) {
        if (report.context().exists("values.yaml") == false && !is_library(chart))
            at_chart(chart, report, "the chart has no values.yaml: who installs it cannot see what may be set").severity(Severity::low);
        return;
    }
    const Source source("values.yaml", std::move(*text));
    const yaml::Stream stream(source);
    for (const yaml::Document& document : stream.documents())
        for (const yaml::Problem& problem : document.problems) {
            if (problem.kind == yaml::Problem::Kind::duplicate_key)
                tell(chart, problem, "only the last value counts", report);
            else if (problem.kind != yaml::Problem::Kind::limit && document.refused)
                tell(chart, problem, "the chart cannot be rendered", report);
        }
    if (!stream.documents().empty() && stream.documents().front().root && !stream.documents().front().root.is_mapping() &&
        stream.documents().front().root.is_set() && !stream.documents().front().refused)
        at_chart(chart, report, "values.yaml is not a mapping: the chart cannot be rendered");
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v2
name: shop
      ^^^^ values.yaml: the key 'replicas' stands here twice: only the last value counts
version: 1.0.0
)",
                                 .good = "",
                                 .files = {"values.yaml=replicas: 1\nimage: shop\nreplicas: 2\n"},
                                 .path = "Chart.yaml"},
                                {.bad = R"(
apiVersion: v2
name: shop
      ^^^^ the chart has no values.yaml: who installs it cannot see what may be set
version: 1.0.0
)",
                                 .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
type: library
)",
                                 .path = "Chart.yaml"},
                                {.bad = R"(
apiVersion: v2
name: shop
      ^^^^ values.yaml is not a mapping: the chart cannot be rendered
version: 1.0.0
)",
                                 .good = "",
                                 .files = {"values.yaml=- replicas\n"},
                                 .path = "Chart.yaml"}};

}

extern constinit const Check helm_values_file_problem = {
    .id = "helm-values-file-problem",
    .title = "values.yaml is missing or unparsable.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Every template reads its values from here. A file that cannot be read stops the chart, and a key that stands twice loses one of its values in "
           "silence.",
    .aliases = {"helm-lint:validateValuesFileExistence", "helm-lint:validateValuesFile", "chart-verifier:contains-values"},
    .examples = examples,
    .run = on_charts<run>(),
};

}
