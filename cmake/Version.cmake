# Target pt_version_header: writes <build>/generated/plex_tuner_version.hpp with version, commit and
# compiler at every build, and touches it only when one of them changed.
set(PT_GENERATED_DIR "${CMAKE_BINARY_DIR}/generated")
add_custom_target(pt_version_header
    COMMAND ${CMAKE_COMMAND}
        -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
        -DOUTPUT=${PT_GENERATED_DIR}/plex_tuner_version.hpp
        -DVERSION=${PT_VERSION}
        "-DCOMPILER=clang ${CMAKE_CXX_COMPILER_VERSION}"
        "-DBUILD=${CMAKE_BUILD_TYPE}"
        -P ${PROJECT_SOURCE_DIR}/cmake/WriteVersion.cmake
    BYPRODUCTS "${PT_GENERATED_DIR}/plex_tuner_version.hpp")
