package api

import "net/http"

// kind names a kind of problem: the fragment of its type URI.
type kind string

// The kinds of problem. about says what each means.
const (
	malformed            kind = "malformed"
	parameter            kind = "parameter"
	header               kind = "header"
	unauthenticated      kind = "unauthenticated"
	forbidden            kind = "forbidden"
	notFound             kind = "not-found"
	noSuchPath           kind = "no-such-path"
	methodNotAllowed     kind = "method-not-allowed"
	slowRequest          kind = "slow-request"
	duplicate            kind = "duplicate"
	idInUse              kind = "id-in-use"
	crossReferenceInUse  kind = "cross-reference-in-use"
	inProgress           kind = "in-progress"
	erased               kind = "erased"
	stale                kind = "stale"
	tooLarge             kind = "too-large"
	mediaType            kind = "media-type"
	invalidPerson        kind = "invalid"
	keyReused            kind = "idempotency-key-reused"
	preconditionRequired kind = "precondition-required"
	tooManyRequests      kind = "too-many-requests"
	abandoned            kind = "abandoned"
	internal             kind = "internal"
	importKeyMissing     kind = "import-key-missing"
	unavailable          kind = "unavailable"
	noKeys               kind = "no-encryption-keys"
)

// explanation is what the documentation says of a kind of problem.
type explanation struct {
	kind    kind
	status  int
	title   string
	meaning string
	remedy  string
}

// about explains k. A kind that is in no table is internal.
func (k kind) about() explanation {
	for _, e := range explanations() {
		if e.kind == k {
			return e
		}
	}
	return internal.about()
}

// explanations is the one table of statuses, in the order of the statuses. The
// page /docs/problems and docs/problems.md are written from it.
func explanations() []explanation {
	return []explanation{
		{malformed, http.StatusBadRequest, "Request not readable",
			"The body is not JSON, not UTF-8, names a member twice, is nested too deep, or was cut off.",
			"Send one well-formed JSON object. Where a member is to blame, errors names it."},
		{parameter, http.StatusBadRequest, "Parameter not understood",
			"A query parameter or search criterion is unknown, given twice, empty or unreadable, or a search has none. Nothing was searched: leaving a criterion out would find the wrong people.",
			"Correct what errors names. For a misspelt name it says which known one is nearest."},
		{header, http.StatusBadRequest, "Header not understood",
			"A header such as If-Match, Idempotency-Key or Acknowledge-Duplicates does not have the form it must have.",
			"Correct what errors names. An If-Match repeats an ETag with its quotation marks."},
		{unauthenticated, http.StatusUnauthorized, "Caller not known",
			"The request bears no token and no API key, or one that is not valid or no longer.",
			"Get a token from your identity provider and send it as Authorization: Bearer, or use an API key that has not expired, as Bearer or as the password of Basic."},
		{forbidden, http.StatusForbidden, "Not allowed",
			"You are known, and may not do this: none of your roles allows it, or something of the person that you are changing or erasing is kept from you.",
			"Ask whoever keeps the roles. Where a life depends on it and you have the right, send Break-Glass-Reason."},
		{notFound, http.StatusNotFound, "No such person",
			"No person has this id or cross-reference, or you may not know of one; or your service area keeps nothing about them.",
			"Search for the person instead."},
		{noSuchPath, http.StatusNotFound, "No such path",
			"The service has nothing at this path. Paths have no trailing slash and their case counts.",
			"See /docs for the paths that there are."},
		{methodNotAllowed, http.StatusMethodNotAllowed, "Method not allowed",
			"The path exists and does not have this method.",
			"Use one that the Allow header lists."},
		{slowRequest, http.StatusRequestTimeout, "Request came too slowly",
			"The body did not arrive in time. Nothing was done.",
			"Send it again."},
		{duplicate, http.StatusConflict, "Probable duplicate",
			"The person you are creating is probably on file already. candidates are the people it may be, each with the evidence. Nothing was created.",
			"Use the record there is. If you have looked and it is somebody else, send the request again with the ids in acknowledge in the header Acknowledge-Duplicates."},
		{idInUse, http.StatusConflict, "Id in use",
			"The id you chose belongs to a person already.",
			"Read that person, or choose another id."},
		{crossReferenceInUse, http.StatusConflict, "Cross-reference in use",
			"Another person bears this reference of this system already. The detail names that person.",
			"Find out which of the two the reference means."},
		{inProgress, http.StatusConflict, "Request under way",
			"A request with the same Idempotency-Key has not ended yet.",
			"Wait and send it again with the same key: you get the answer of the first."},
		{erased, http.StatusGone, "Person erased",
			"The person was erased at their wish or by law. The id is never used again.",
			"Forget the id, and whatever you hold under it."},
		{stale, http.StatusPreconditionFailed, "Person changed meanwhile",
			"If-Match names a version that is not the current one.",
			"Read the person again, decide again, and send the new ETag."},
		{tooLarge, http.StatusRequestEntityTooLarge, "Request too large",
			"The body is larger than 1 MB, or a service area would keep more about one person than it may.",
			"No person is that large: check what you send. Documents and pictures belong in a store of their own, with a link here."},
		{mediaType, http.StatusUnsupportedMediaType, "Media type not supported",
			"The Content-Type is not one that this path takes, or the body is compressed.",
			"Send application/json; a PATCH also takes application/merge-patch+json."},
		{invalidPerson, http.StatusUnprocessableEntity, "Record not valid",
			"The JSON was read and is no valid record. errors names every field that is wrong. Nothing was changed.",
			"Correct them all and send it again."},
		{keyReused, http.StatusUnprocessableEntity, "Idempotency key used before",
			"The same Idempotency-Key came in the last 24 hours with another body or other acknowledgements.",
			"Use a new key for a new request."},
		{preconditionRequired, http.StatusPreconditionRequired, "If-Match needed",
			"A change or erasure must say which version it is based on, so that nobody undoes another's work unseen.",
			"Read the person and send its ETag in If-Match, or * to take whatever there is."},
		{tooManyRequests, http.StatusTooManyRequests, "Too many requests",
			"You send more requests than one caller may, or too many credentials that came from your address were refused. Nothing was done.",
			"Wait for the seconds in Retry-After, and send it again."},
		{abandoned, 499, "Caller went away",
			"The connection was closed before the answer. A write may or may not have been done.",
			"Send it again; with an Idempotency-Key it is done once."},
		{internal, http.StatusInternalServerError, "Internal error",
			"Something is wrong with the service. It tells no more: the log has the rest under the request id.",
			"Tell support the request id."},
		{importKeyMissing, http.StatusInternalServerError, "Import key not configured",
			"An import brought in this person, and the service does not have the key under which references of erased people are kept. Without it the next import would bring the person back, so nothing was erased.",
			"Tell whoever runs the service: set import.key (PERSONS_IMPORT_KEY or PERSONS_IMPORT_KEY_FILE) to the key that imports are run with, and restart it. Then send the request again."},
		{unavailable, http.StatusServiceUnavailable, "Unavailable",
			"A database that the service needs cannot be reached, or did not answer in time.",
			"Try again after the seconds in Retry-After. /readyz says what is missing."},
		{noKeys, http.StatusServiceUnavailable, "No encryption keys",
			"What service areas keep about people is encrypted, and this service has no keys, or not the one that sealed this.",
			"Ask whoever runs the service to set encryption.keysFile to the file with all keys: docs/keeping.md tells how."},
	}
}
