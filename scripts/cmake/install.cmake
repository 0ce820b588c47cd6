# What `cmake --install build [--prefix DIR]` puts where:
#   bin/                      wardflowd, wardctl
#   lib/systemd/system/       wardflowd@.service, with the prefix of this installation in it
#   lib/sysusers.d/           the user that it runs as
#   share/wardflow/           node.toml, khanh-hoa/, rulebooks/: what config/ has
#   share/doc/wardflow/       the documents, in the folders that their links name
include(GNUInstallDirs)

install(TARGETS wardflowd wardctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config/node.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/wardflow)
install(DIRECTORY config/khanh-hoa config/rulebooks DESTINATION ${CMAKE_INSTALL_DATADIR}/wardflow)
install(FILES README.md ARCHITECTURE.md SECURITY.md CONTRIBUTING.md CHANGELOG.md LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
install(DIRECTORY messages/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/messages
  FILES_MATCHING PATTERN "*.md" PATTERN "*.capnp")
install(FILES config/sysusers.conf DESTINATION lib/sysusers.d RENAME wardflow.conf)

# The prefix is known when it is installed, not before: `--prefix` may name another one.
install(CODE "
  file(READ \"${CMAKE_SOURCE_DIR}/config/wardflowd@.service\" unit)
  string(REPLACE \"=/usr/bin/\" \"=\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/\" unit \"\${unit}\")
  string(REPLACE \"file:///usr/share/doc/wardflow/\"
    \"file://\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/doc/wardflow/\" unit \"\${unit}\")
  file(WRITE \"${CMAKE_BINARY_DIR}/install/wardflowd@.service\" \"\${unit}\")
  file(INSTALL \"${CMAKE_BINARY_DIR}/install/wardflowd@.service\"
    DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system\")")
