# Compiler choice, language level, warnings, sanitizers, linker and ccache for every target.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    message(FATAL_ERROR
        "g++ ${CMAKE_CXX_COMPILER_VERSION} silently miscompiles ordinary coroutines "
        "(`if (co_await f()) co_return x;` yields a wrong value). Use clang 19: "
        "`cmake --preset release`, after `scripts/install-deps`.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# Everything ends in one position-independent executable: with one code model all targets can share
# precompiled headers, which CMAKE_POSITION_INDEPENDENT_CODE (PIC here, PIE there) would not allow.
add_compile_options(-fPIE)
if(NOT PT_STATIC)
    add_link_options(-pie)
endif()
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Line tables are enough for backtraces and keep objects of template-heavy files small.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -gline-tables-only")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(PT_CCACHE ccache)
if(PT_CCACHE)
    # Precompiled headers need the sloppiness, and a header that does not change with its time stamp.
    set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros "${PT_CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER "${PT_CCACHE}")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()

add_link_options(-fuse-ld=lld)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(-ffunction-sections -fdata-sections)
    add_link_options(-Wl,--gc-sections -Wl,-O2)
endif()

if(PT_SANITIZE)
    add_compile_options(-fsanitize=${PT_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${PT_SANITIZE})
    if(PT_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()

if(PT_FUZZ)
    # The libraries too: a fuzzer that sees only its own file explores nothing.
    add_compile_options(-fsanitize=fuzzer-no-link)
    add_link_options(-fsanitize=fuzzer-no-link)
endif()

# Our own targets link this; third-party headers come in as SYSTEM.
add_library(pt_warnings INTERFACE)
target_compile_options(pt_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wold-style-cast -Wnon-virtual-dtor
    -Wextra-semi -Wimplicit-fallthrough)
