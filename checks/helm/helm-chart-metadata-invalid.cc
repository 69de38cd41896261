#include <string>

#include "analyzer/text/distance.h"
#include "checks/helm/chart.h"

namespace plimsoll::checks::helm_chart_metadata_invalid {

namespace {

constexpr std::string_view known_fields[] = {"annotations", "apiVersion", "appVersion", "condition", "dependencies", "deprecated",
                                             "description", "home",       "icon",       "keywords",  "kubeVersion",  "maintainers",
                                             "name",        "sources",    "tags",       "type",      "version"};

bool has_scheme(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || text.find(' ') != std::string_view::npos) return false;
    return text.substr(0, colon).find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") == std::string_view::npos;
}

bool is_address(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           text.find(' ') == std::string_view::npos;
}

class Judge {
public:
    Judge(yaml::Node chart, Reporter& report) : chart_(chart), report_(report) {}

    void all() {
        name();
        api_version();
        version();
        type();
        for (yaml::Node maintainer : chart_["maintainers"].items()) person(maintainer);
        url(chart_["icon"], "icon");
        for (yaml::Node source : chart_["sources"].items()) url(source, "source");
        fields();
    }

private:
    bool is_missing(std::string_view field, std::string_view advice) {
        if (chart_[field].is_set()) return false;
        report_.at(chart_.head(), "the chart has no " + std::string(field) + ": Helm refuses it; " + std::string(advice)).field(std::string(field));
        return true;
    }

    void name() {
        const yaml::Node node = chart_["name"];
        if (is_missing("name", "name it like its folder") || node.is_placeholder()) return;
        if (node.scalar().empty() || node.scalar().find_first_of("/\\ \t\n") != std::string_view::npos)
            report_.at(node, quote(node.scalar()) + " is no name of a chart: Helm refuses it; use lower-case letters, digits and dashes");
    }

    void api_version() {
        const yaml::Node node = chart_["apiVersion"];
        if (is_missing("apiVersion", "write apiVersion: v2") || node.is_placeholder()) return;
        if (node.scalar() != "v1" && node.scalar() != "v2") report_.at(node, quote(node.scalar()) + " is no version of Chart.yaml: Helm knows v1 and v2");
    }

    void version() {
        const yaml::Node node = chart_["version"], app = chart_["appVersion"];
        if (app.is_set() && !app.is_placeholder() && app.is_scalar() && app.type() != yaml::Type::text)
            report_.at(app, "appVersion " + quote(app.scalar()) + " is not read as text, so 1.10 becomes 1.1; put it into quotes");
        if (is_missing("version", "give it a version like 0.1.0") || node.is_placeholder()) return;
        if (node.type() != yaml::Type::text)
            report_.at(node, "version " + quote(node.scalar()) + " is not read as text; write three numbers, as in 1.2.0");
        else if (const auto read = version_of(node.scalar()); !read || !read->strict)
            report_.at(node, quote(node.scalar()) + " is no semantic version; write three numbers, as in 1.2.0");
    }

    void type() {
        const yaml::Node node = chart_["type"];
        if (!node.is_set() || node.is_placeholder() || node.scalar().empty() || node.scalar() == "application" || node.scalar() == "library") return;
        report_.at(node, quote(node.scalar()) + " is no type of a chart: Helm refuses it; write application or library");
    }

    void person(yaml::Node maintainer) {
        if (!maintainer.is_mapping()) return (void)report_.at(maintainer, "a maintainer is a mapping of name, email and url");
        if (maintainer["name"].text_or_empty().empty()) report_.at(maintainer.head(), "a maintainer has no name").field(maintainer.path() + ".name");
        const yaml::Node email = maintainer["email"];
        if (email.is_set() && !email.is_placeholder() && !email.scalar().empty() && !is_address(email.scalar()))
            report_.at(email, quote(email.scalar()) + " is no e-mail address");
        url(maintainer["url"], "url");
    }

    void url(yaml::Node node, std::string_view what) {
        if (!node.is_set() || node.is_placeholder() || node.scalar().empty() || has_scheme(node.scalar())) return;
        report_.at(node, std::string(what) + " " + quote(node.scalar()) + " is no URL; begin it with https://");
    }

    void fields() {
        for (const yaml::Entry entry : chart_.entries()) {
            const std::string_view field = entry.key.scalar();
            if (std::find(std::begin(known_fields), std::end(known_fields), field) != std::end(known_fields)) continue;
            const std::string_view near = nearest_name(field, known_fields);
            report_
                .at(entry.key,
                    "Chart.yaml has no field " + quote(field) + ": Helm passes over it" + (near.empty() ? "" : "; did you mean " + std::string(near) + "?"))
                .severity(Severity::low)
                .field(std::string(field));
        }
    }

    yaml::Node chart_;
    Reporter& report_;
};

void run(yaml::Node chart, Reporter& report) { Judge(chart, report).all(); }

constexpr Example examples[] = {{.bad = R"(
apiVersion: v3
            ^^ 'v3' is no version of Chart.yaml: Helm knows v1 and v2
name: my shop
      ^^^^^^^ 'my shop' is no name of a chart: Helm refuses it; use lower-case letters, digits and dashes
version: 1.2
         ^^^ version '1.2' is not read as text; write three numbers, as in 1.2.0
appVersion: 1.10
            ^^^^ appVersion '1.10' is not read as text, so 1.10 becomes 1.1; put it into quotes
type: app
      ^^^ 'app' is no type of a chart: Helm refuses it; write application or library
icon: shop.png
      ^^^^^^^^ icon 'shop.png' is no URL; begin it with https://
maintainers:
- name: Ada
  email: ada.example.org
         ^^^^^^^^^^^^^^^ 'ada.example.org' is no e-mail address
engine: gotpl
^^^^^^ Chart.yaml has no field 'engine': Helm passes over it
)",
                                 .good = R"(
apiVersion: v2
name: my-shop
version: 1.2.0
appVersion: "1.10"
type: application
icon: https://example.org/shop.png
maintainers:
- name: Ada
  email: ada@example.org
sources: ["https://example.org/shop.git"]
)",
                                 .path = "Chart.yaml"},
                                {.bad = R"(
apiVersion: v2
^^^^^^^^^^ the chart has no name: Helm refuses it; name it like its folder
version: v1.2.0
         ^^^^^^ 'v1.2.0' is no semantic version; write three numbers, as in 1.2.0
)",
                                 .good = R"(
apiVersion: v2
name: shop
version: 1.2.0-rc.1+build.5
)",
                                 .path = "Chart.yaml"}};

}

extern constinit const Check helm_chart_metadata_invalid = {
    .id = "helm-chart-metadata-invalid",
    .title = "Chart.yaml is invalid.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Helm reads the name, versions and type of a chart from here and refuses to package or install one where they are missing or malformed. Numbers "
           "without "
           "quotes lose their last zeros on the way.",
    .aliases = {"helm-lint:validateChartYamlFormat", "helm-lint:validateChartYamlStrictFormat", "helm-lint:validateChartName",
                "helm-lint:validateChartAPIVersion", "helm-lint:validateChartVersion", "helm-lint:validateChartVersionType",
                "helm-lint:validateChartAppVersionType", "helm-lint:validateChartMaintainer", "helm-lint:validateChartSources",
                "helm-lint:validateChartIconURL", "helm-lint:validateChartType", "helm-lint:validateChartYamlNotDirectory", "chart-verifier:is-helm-v3"},
    .examples = examples,
    .run = on_charts<run>(),
};

}
