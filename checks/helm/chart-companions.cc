#include "checks/helm/chart.h"

namespace plimsoll::checks::chart_companions {

namespace {

// True only where the files around the chart are known.
bool lacks(const Reporter& report, std::string_view path) { return report.context().exists(path) == false; }

void run_icon(yaml::Node chart, Reporter& report) {
    if (is_library(chart) || (chart["icon"].is_set() && !chart["icon"].scalar().empty())) return;
    at_chart(chart, report, "the chart has no icon; give the URL of one").field("icon");
}

void run_schema(yaml::Node chart, Reporter& report) {
    if (report.context().exists("values.yaml") == true && lacks(report, "values.schema.json"))
        at_chart(chart, report, "nothing checks the values that users give; add a values.schema.json");
}

void run_docs(yaml::Node chart, Reporter& report) {
    if (lacks(report, "README.md")) at_chart(chart, report, "the chart has no README.md");
    if (is_library(chart)) return;
    if (lacks(report, "templates/NOTES.txt")) at_chart(chart, report, "the chart has no templates/NOTES.txt: who installs it is told nothing");
}

constexpr Example icon_examples[] = {{.bad = R"(
apiVersion: v2
name: shop
      ^^^^ the chart has no icon; give the URL of one
version: 1.0.0
)",
                                      .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
icon: https://example.org/shop.svg
)",
                                      .path = "Chart.yaml"}};

constexpr Example schema_examples[] = {{.bad = R"(
apiVersion: v2
name: shop
      ^^^^ nothing checks the values that users give; add a values.schema.json
version: 1.0.0
)",
                                        .good = "",
                                        .files = {"values.yaml"},
                                        .path = "Chart.yaml"},
                                       {.bad = R"(
apiVersion: v2
name: cart
      ^^^^ nothing checks the values that users give; add a values.schema.json
version: 1.0.0
)",
                                        .good = "",
                                        .files = {"cart/values.yaml", "cart/values.schema.yaml"},
                                        .path = "cart/Chart.yaml"}};

constexpr Example docs_examples[] = {{.bad = R"(
apiVersion: v2
name: shop
      ^^^^ the chart has no templates/NOTES.txt: who installs it is told nothing
version: 1.0.0
)",
                                      .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
type: library
)",
                                      .files = {"README.md"},
                                      .path = "Chart.yaml"}};

constexpr Check table[] = {
    {.id = "helm-chart-docs-missing",
     .title = "Chart has no README or NOTES.",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "README.md and NOTES.txt are what users of a chart see before and after they install it; certification asks for both.",
     .aliases = {"chart-verifier:has-readme", "chart-verifier:has-notes"},
     .examples = docs_examples,
     .run = on_charts<run_docs>()},
    {.id = "helm-chart-icon-missing",
     .title = "Chart has no icon.",
     .category = Category::style,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Catalogues show the icon beside the chart's name.",
     .aliases = {"helm-lint:validateChartIconPresence"},
     .examples = icon_examples,
     .run = on_charts<run_icon>()},
    {.id = "helm-values-schema-missing",
     .title = "Chart has no values schema.",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "With a values.schema.json Helm refuses a misspelt or ill-typed value before it renders anything.",
     .aliases = {"chart-verifier:contains-values-schema"},
     .examples = schema_examples,
     .run = on_charts<run_schema>()},
};

}

extern constinit const std::span<const Check> chart_companions = table;

}
