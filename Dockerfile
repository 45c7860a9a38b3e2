# One image for every verb of persons: the binary, the certificates it trusts,
# and nothing else, not even a shell. `persons health` is for health checks;
# compose sets them, since each verb is well in another way.
#
#   docker build -t persons .
#
# Built by BuildKit, which leaves out the stages that are not used. Where no
# registry can be reached, BINARY names a local image that holds /persons and the
# certificates (.ci/docker.sh makes one), and the first stage is not run.
ARG GO_IMAGE=golang:1.26.8
ARG BINARY=build

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o /persons ./cmd/persons

FROM ${BINARY} AS binary

FROM scratch
COPY --from=binary /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=binary --chmod=0555 /persons /persons
# No name: there is no /etc/passwd. Nothing is written, so the file system may be
# read-only.
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/persons"]
CMD ["serve"]
