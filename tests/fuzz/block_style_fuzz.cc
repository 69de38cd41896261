// Our reader of the usual style and libfyaml find the same in every text that both can read.

#include "analyzer/text/source.h"
#include "tests/fuzz/law.h"
#include "tests/yaml/same_stream.h"

using namespace plimsoll;

std::vector<std::string> own_seeds() {
    return {
        "# c\n---\nkind: Pod\nmetadata:\n  name: a-b  # c\n  labels: {a: b, \"c\": 'd', e: [1, -2]}\nspec:\n- x: 1\n  y:\n  - z\n  -\n    - 1\n  - - 2\n    - "
        "3\nlast:\n",
        "a: |\n  one\n\n   two\nb: >-\n\n  x\n  y\n# c\nc: |+\n  z\n\n\nd: one\n  two\n\n  three # c\ne: \"x\\\n  y\n  z\\n\"\nf: 'it''s\n  b'\n",
        "- a: b\n  c:\n    d\n  e:\n    \"f\"\n- \"g\": h\n- :80\n- -1\n- k : v\n-   l:   m\n",
        "a:\n - b\n -  c: d\n    e: f\n -\ng: http://x:1/y#z\nh: []\ni: {}\nj: 2020-01-01\n",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Source source("app.yaml", std::string(fuzz::text_of(data, size)));
    const std::string difference = yaml::difference(yaml::Stream(source), yaml::Stream::by_library(source));
    fuzz::law(difference.empty(), difference);
    return 0;
}
