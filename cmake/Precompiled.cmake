# Precompiled headers, each made once per build and shared by every target that reads it. A full
# debug build takes about two thirds of the time with them (docs: CONTRIBUTING.md).
option(PT_PRECOMPILED "Precompile the headers that most files read" ON)

# pt_add_precompiled(<name> [DEPENDS <targets...>]): target pt_precompiled_<name> over precompiled/<name>.hpp.
function(pt_add_precompiled name)
    cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
    set(source "${CMAKE_BINARY_DIR}/precompiled/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// Owns the precompiled header.\n")
    add_library(pt_precompiled_${name} OBJECT "${source}")
    target_link_libraries(pt_precompiled_${name} PRIVATE ${ARG_DEPENDS} pt_warnings)
    target_precompile_headers(pt_precompiled_${name} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/precompiled/${name}.hpp")
endfunction()

if(PT_PRECOMPILED)
    pt_add_precompiled(standard)
    pt_add_precompiled(asio DEPENDS pt_asio_headers)
    if(PT_TESTS)
        pt_add_precompiled(tests DEPENDS GTest::gmock)
    endif()
endif()

# pt_use_precompiled(<target> <name>): the sources of <target> read it first.
function(pt_use_precompiled target name)
    if(PT_PRECOMPILED)
        target_precompile_headers(${target} REUSE_FROM pt_precompiled_${name})
    endif()
endfunction()
