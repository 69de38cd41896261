#pragma once

#include <memory>
#include <vector>

#include "analyzer/engine/finding.h"
#include "analyzer/kubernetes/object.h"

namespace plimsoll {

class FileSystem;

// Findings in documents that Helm rendered ("# Source: shop/templates/web.yaml" above them) name their template as a related place. Where the template
// lies beside the rendered file, as shop/templates/web.yaml or inside the chart as templates/web.yaml, and the whole rendered line stands in it exactly
// once, the finding moves there: the rendered line becomes the related place, and a fix, which was one of the rendered text, goes.
// For the findings of one file, after suppressions and fingerprints, which belong to the rendered text. `files` may be null.
// Returns the templates that findings moved to, each once: a report needs them among its files, which keep the paths of findings.
std::vector<std::shared_ptr<const Source>> point_into_templates(std::vector<Finding>& findings, const kubernetes::Manifest& manifest, const FileSystem* files);

}
