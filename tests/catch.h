#pragma once

// Catch2 3 (Ubuntu 24.04, Homebrew, Fedora) and Catch2 2 (Debian 12) differ in their headers only, as far as these tests go.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif
