#pragma once

// What a check of Kubernetes objects needs.
#include "analyzer/engine/check.h"
#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/pod.h"
#include "analyzer/kubernetes/selector.h"
#include "analyzer/kubernetes/values.h"
#include "analyzer/yaml/edit.h"
