# wardflow_schemas(target file.capnp...): the generated code, compiled without our warnings.
function(wardflow_schemas target)
  set(gen ${CMAKE_BINARY_DIR}/gen/messages)
  file(MAKE_DIRECTORY ${gen})
  set(outputs)
  foreach(schema ${ARGN})
    get_filename_component(name ${schema} NAME)
    list(APPEND outputs ${gen}/${name}.c++)
  endforeach()
  set(headers ${outputs})
  list(TRANSFORM headers REPLACE "\\.c\\+\\+$" ".h")
  add_custom_command(OUTPUT ${outputs} ${headers}
    COMMAND ${CAPNP_EXECUTABLE} compile -I/usr/include
      -o${CAPNPC_CXX_EXECUTABLE}:${CMAKE_BINARY_DIR}/gen ${ARGN}
    DEPENDS ${ARGN}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
  add_library(${target} STATIC ${outputs} ${headers})
  target_include_directories(${target} SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/gen)
  target_link_libraries(${target} PUBLIC CapnProto::capnp CapnProto::kj)
endfunction()
