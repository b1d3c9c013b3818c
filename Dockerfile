# From Debian to an image that holds the static binary and certificates, nothing else.
#   docker build -t plex-tuner .
#   docker run --network host -v plex-tuner:/data -e PLEX_TUNER_M3U_URL=http://… plex-tuner
# scripts/check-dockerfile runs these very steps where there is no engine.
FROM debian:bookworm AS build
WORKDIR /src
# By themselves, so that a change of the sources builds neither packages nor libraries again.
COPY scripts/install-deps scripts/build-static-deps scripts/
RUN scripts/install-deps static && scripts/build-static-deps
COPY . .
RUN cmake --preset static && ninja -C build/static plex-tuner
RUN mkdir -p /image/usr/bin /image/etc/ssl/certs /image/data /image/tmp \
    && cp build/static/plex-tuner /image/usr/bin/ \
    && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
    && echo 'plextuner:x:5004:5004::/data:/sbin/nologin' > /image/etc/passwd \
    && echo 'plextuner:x:5004:' > /image/etc/group \
    && chown 5004:5004 /image/data && chmod 1777 /image/tmp

FROM scratch
COPY --from=build /image/ /
ENV PLEX_TUNER_CATALOG=/data/catalog.json PLEX_TUNER_SHARED_DIR=/data/shared PLEX_TUNER_CACHE=/data/cache
# Not as root; what mounts films needs --user 0 --device /dev/fuse --cap-add SYS_ADMIN.
USER 5004:5004
WORKDIR /data
VOLUME /data
# The tuner; discovery and control of HDHomeRun; SSDP.
EXPOSE 5004/tcp 65001/tcp 65001/udp 1900/udp
ENTRYPOINT ["/usr/bin/plex-tuner"]
CMD ["run", "-addr", ":5004"]
