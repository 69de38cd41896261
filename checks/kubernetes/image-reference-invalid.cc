#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::image_reference_invalid {

using kubernetes::Container;

static bool upper(char c) { return c >= 'A' && c <= 'Z'; }

// The name in front of the tag and the digest.
static std::string_view name_of(std::string_view text) {
    text = text.substr(0, text.find('@'));
    const std::size_t colon = text.rfind(':'), slash = text.rfind('/');
    return colon == std::string_view::npos || (slash != std::string_view::npos && slash > colon) ? text : text.substr(0, colon);
}

static void judge(yaml::Node image, std::string_view text, Reporter& report) {
    const std::size_t scheme = text.find("://"), digest = text.find('@');
    const std::string_view name = name_of(text);
    // ko replaces these by the digest of what it has built.
    if (text.starts_with("ko://")) return;
    // Tekton and Argo fill in $(params.image) when they run.
    if (text.find("$(") != std::string_view::npos) return;
    if (scheme != std::string_view::npos)
        report.at(image.place(0, scheme + 3), "an image reference has no scheme; remove " + quote(text.substr(0, scheme + 3)));
    else if (text.find_first_of("<>$[]{}") != std::string_view::npos)
        report.at(image, quote(text) + " holds a marker that nothing has filled in; write the name of the image");
    else if (text.find_first_of(" \t\r\n") != std::string_view::npos)
        report.at(image, "an image reference holds no blanks; remove those in " + quote(text));
    else if (digest != std::string_view::npos && docker::parse_reference(text.substr(0, digest)))
        report.at(image.place(digest + 1, text.size()),
                  quote(text.substr(digest + 1)) + " is no digest; it takes an algorithm and all of its hex digits, as in sha256 and 64 of them");
    else if (std::ranges::any_of(name, upper))
        report.at(image.place(0, name.size()), quote(name) + " holds upper-case letters, which the name of an image may not; write it in lower case");
    else
        report.at(image, quote(text) + " is no valid image reference; write it as REGISTRY/NAME:TAG");
}

// A patch or what a test expects names only what it is about; a whole object has what the API server demands beside the image.
static bool whole(const kubernetes::Pod& pod) {
    const kubernetes::Object& object = *pod.object;
    if (pod.partial || !object.builtin() || object.node().has("status")) return false;
    if (object.name().empty() && !object.metadata().has("generateName")) return false;
    if (object.is("Job") || object.is("CronJob")) return pod["restartPolicy"].is_set();
    if (object.is("Deployment") || object.is("StatefulSet") || object.is("DaemonSet") || object.is("ReplicaSet")) return object.spec()["selector"].is_set();
    return true;
}

static void run(const Container& container, Reporter& report) {
    const yaml::Node image = container.image_node();
    if (!image.is_set() || (image.text() && image.text()->empty())) {
        if (container.node.is_mapping() && whole(*container.pod))
            report.missing(container, "image", "the container has no image; name one").only({"checkov:CKV_K8S_14"});
        return;
    }
    if (image.text() && !container.image()) judge(image, *image.text(), report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: upper
    image: Example/Web:1.4
           ^^^^^^^^^^^ 'Example/Web' holds upper-case letters, which the name of an image may not; write it in lower case
  - name: scheme
    image: https://registry.example.org/web:1.4
           ^^^^^^^^ an image reference has no scheme; remove 'https://'
  - name: digest
    image: example/web@sha256:abc123
                       ^^^^^^^^^^^^^ 'sha256:abc123' is no digest; it takes an algorithm and all of its hex digits, as in sha256 and 64 of them
  - name: blank
    image: "example/web:1.4 "
           ^^^^^^^^^^^^^^^^^^ an image reference holds no blanks; remove those in 'example/web:1.4 '
  - name: marker
    image: gcr.io/<PROJECT>/web:1.4
           ^^^^^^^^^^^^^^^^^^^^^^^^ 'gcr.io/<PROJECT>/web:1.4' holds a marker that nothing has filled in; write the name of the image
  - name: tag
    image: "example/web:"
           ^^^^^^^^^^^^^^ 'example/web:' is no valid image reference; write it as REGISTRY/NAME:TAG
  - name: none
          ^^^^ the container has no image; name one
    command: [web]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: tag
    image: registry.example.org:5000/example/web:1.4
)",
                                        .path = "app.yaml"}};

extern constinit const Check image_reference_invalid = {
    .id = "image-reference-invalid",
    .title = "Container image is missing or not a valid reference.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The API server refuses a container without an image, and the kubelet stops at a reference that it cannot read with InvalidImageName: the pod never "
           "starts.",
    .aliases = {"checkov:CKV_K8S_14"},
    .examples = examples,
    .run = on_containers(run),
};

}
