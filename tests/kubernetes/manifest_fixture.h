#pragma once

#include <string>

#include "analyzer/kubernetes/object.h"
#include "tests/catch.h"

// A file and what was read of it.
struct ManifestFile {
    plimsoll::Source source;
    plimsoll::kubernetes::Manifest manifest;

    explicit ManifestFile(std::string text, std::string path = "manifest.yaml", bool is_patch = false)
        : source(std::move(path), std::move(text)), manifest(source, is_patch) {}

    const plimsoll::kubernetes::Object& object(std::size_t index = 0) const {
        REQUIRE(index < manifest.objects().size());
        return *manifest.objects()[index];
    }
    const plimsoll::kubernetes::Pod& pod(std::size_t index = 0) const {
        REQUIRE(!object(index).pods().empty());
        return object(index).pods().front();
    }
    std::string marked(plimsoll::Span span) const { return std::string(source.slice(span)); }
};
