"""Every error Diascribe raises on purpose.

DiascribeError
├── InputError                  what the caller gave cannot be used
│   ├── OptionsError            one or more options are unknown, out of range or contradict
│   ├── LanguageError           no installed model speaks the wanted language
│   ├── UnknownModelError       no model has that name, or it is not installed
│   ├── TranscriptFormatError   a transcript's text does not follow its format
│   ├── EventError              a message is nothing that a bucket says
│   ├── SourceError             the file cannot be opened: absent, a directory, no permission
│   │   └── FetchError          an address cannot be fetched
│   │       ├── AddressRefusedError  it leads to where nothing may be fetched from
│   │       └── FetchLimitError more bytes or seconds than the limits allow
│   ├── SampleError             a sample of a voice cannot be used: too short, two voices, noise
│   ├── VoicesDifferError       samples under one name are of different voices
│   ├── UnknownPersonError      nobody of that name is known
│   ├── UnknownKeyError         there is no API key of that id
│   ├── BodyLimitError          the body of a request has more bytes than allowed
│   ├── BodyTypeError           the body of a request is of a type that is not taken
│   ├── UnknownJobError         there is no job of that id
│   ├── JobStateError           a job is not in a state in which this can be done
│   │   └── UnfinishedJobError  a job has no result yet
│   ├── IdempotencyError        a key was used before, for another request
│   ├── QuotaError              a tenant has as much unfinished work as it may
│   │   └── RateError           a tenant asks more often than it may
│   ├── KeyRefusedError         an API key is absent, unknown or withdrawn
│   ├── OriginRefusedError      a request names a host, or comes from a page, not allowed
│   ├── SlowRequestError        the body of a request does not come
│   └── MediaError              the file opened, but is no usable recording
│       ├── NoAudioError        the container holds no audio stream, or one without samples
│       └── MediaLimitError     more channels or hours than the limits allow
├── FindingError                an earlier stage left no finding, or a damaged one
├── StageDiedError              the process that worked on a stage died
├── StageTimeoutError           a stage took longer than it may
├── QueueError                  a queue of messages cannot be read
├── ServiceError                another service refused a request, or cannot be reached
├── BusyError                   the service does as much at once as it can
├── StillRunningError           a job takes longer than its caller may wait
├── OutputError                 a result could not be written
├── SpoolError                  no room for the decoded audio
├── DatabaseError               the database cannot be opened, read or written
├── WeightsError                a model file is absent, damaged or not what it claims to be
│   ├── DownloadError           a model cannot be fetched: no network, or none allowed
│   ├── GatedModelError         the makers of a model want their terms accepted first
│   └── StoreFullError          no room for a model's files
├── ModelError                  a network failed while it ran
├── RecognizerError             the recognizer's process died or refused its input
└── MissingExtraError           an optional package is not installed
"""

from typing import ClassVar


class DiascribeError(Exception):
    """Any failure Diascribe foresees; `code` is stable and `hint` may be empty."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InputError(DiascribeError):
    """What the caller gave cannot be used."""

    code = "invalid_input"
    http_status = 422
    exit_status = 2


class OptionsError(InputError):
    """One or more options are unknown, out of range or contradict; all are named at once."""

    code = "invalid_options"

    def __init__(self, problems: tuple[str, ...], *, hint: str = "") -> None:
        super().__init__("; ".join(problems), hint=hint)
        self.problems = problems


class LanguageError(InputError):
    """No installed model speaks the wanted language."""

    code = "unsupported_language"


class UnknownModelError(InputError):
    """No model has that name, or it is not installed; the message names those that are."""

    code = "unknown_model"


class TranscriptFormatError(InputError):
    """A transcript's text does not follow its format; all problems found are named at once."""

    code = "invalid_transcript"

    def __init__(self, problems: tuple[str, ...], *, hint: str = "") -> None:
        super().__init__("; ".join(problems), hint=hint)
        self.problems = problems


class EventError(InputError):
    """A message is nothing that a bucket says about its objects."""

    code = "invalid_event"


class SourceError(InputError):
    """The file cannot be opened: absent, a directory, or not permitted."""

    code = "source_unreadable"
    http_status = 404


class FetchError(SourceError):
    """An address cannot be fetched: unreachable, or it answers with something else."""

    code = "fetch_failed"
    http_status = 422


class AddressRefusedError(FetchError):
    """An address leads to where nothing may be fetched from, such as a private network."""

    code = "address_refused"


class FetchLimitError(FetchError):
    """What an address holds has more bytes, or takes more seconds, than the limits allow."""

    code = "fetch_limit"
    http_status = 413


class SampleError(InputError):
    """A sample of a voice cannot be used: too little speech, several voices, noise, clipping."""

    code = "unusable_sample"


class VoicesDifferError(InputError):
    """Samples under one name are of different voices."""

    code = "voices_differ"
    http_status = 409


class UnknownPersonError(InputError):
    """Nobody of that name is among the known voices."""

    code = "unknown_person"
    http_status = 404


class UnknownKeyError(InputError):
    """There is no API key of that id."""

    code = "unknown_key"
    http_status = 404


class BodyLimitError(InputError):
    """The body of a request has more bytes than allowed."""

    code = "body_limit"
    http_status = 413


class BodyTypeError(InputError):
    """The body of a request is of a type that is not taken."""

    code = "body_type"
    http_status = 415


class MediaError(InputError):
    """The file opened, but is no usable recording."""

    code = "invalid_media"


class NoAudioError(MediaError):
    """The container holds no audio stream, or one without samples."""

    code = "no_audio"


class MediaLimitError(MediaError):
    """The recording has more channels or hours than the limits allow."""

    code = "media_limit"
    http_status = 413


class FindingError(DiascribeError):
    """An earlier stage left no finding, or a damaged one; the message says why."""

    code = "finding"


class UnknownJobError(InputError):
    """There is no job of that id."""

    code = "unknown_job"
    http_status = 404


class JobStateError(InputError):
    """A job is not in a state in which this can be done."""

    code = "job_state"
    http_status = 409


class UnfinishedJobError(JobStateError):
    """A job has no result yet."""

    code = "unfinished_job"


class IdempotencyError(InputError):
    """A key was used before, for another request."""

    code = "idempotency_key_reused"
    http_status = 409


class StageDiedError(DiascribeError):
    """The process that worked on a stage died: no memory, or a fault of a library."""

    code = "stage_died"


class StageTimeoutError(DiascribeError):
    """A stage took longer than it may."""

    code = "stage_timeout"
    http_status = 504


class QuotaError(InputError):
    """A tenant has as much unfinished work as it may."""

    code = "quota"
    http_status = 429


class QueueError(DiascribeError):
    """A queue of messages cannot be read: unreachable, refused, or there is none."""

    code = "queue"
    http_status = 503
    exit_status = 3


class RateError(QuotaError):
    """A tenant asks more often than it may."""

    code = "rate_limit"

    def __init__(self, message: str, *, retry_after_s: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class ServiceError(DiascribeError):
    """Another service refused a request, or cannot be reached."""

    code = "service"
    http_status = 502


class KeyRefusedError(InputError):
    """An API key is absent, unknown or withdrawn."""

    code = "key_refused"
    http_status = 401


class OriginRefusedError(InputError):
    """A request names a host, or comes from a page, that is not allowed."""

    code = "origin_refused"
    http_status = 403


class SlowRequestError(InputError):
    """The body of a request does not come."""

    code = "slow_request"
    http_status = 408


class BusyError(DiascribeError):
    """The service does as much at once as it can; later it can again."""

    code = "busy"
    http_status = 503


class StillRunningError(DiascribeError):
    """A job takes longer than its caller may wait; it goes on, and the message names it."""

    code = "still_running"
    http_status = 504


class OutputError(DiascribeError):
    """A result could not be written."""

    code = "output_failed"
    exit_status = 3


class SpoolError(DiascribeError):
    """There is no room for the decoded audio."""

    code = "spool_full"
    http_status = 507
    exit_status = 3


class DatabaseError(DiascribeError):
    """The database cannot be opened, read or written."""

    code = "database"
    http_status = 503
    exit_status = 3


class WeightsError(DiascribeError):
    """A model file is absent, damaged or not what it claims to be."""

    code = "weights"


class DownloadError(WeightsError):
    """A model cannot be fetched: the network fails, is not allowed, or gives something else."""

    code = "download_failed"
    http_status = 502


class GatedModelError(WeightsError):
    """The makers of a model want their terms accepted first; the message names the page."""

    code = "gated_model"


class StoreFullError(WeightsError):
    """There is no room for a model's files."""

    code = "store_full"
    http_status = 507
    exit_status = 3


class ModelError(DiascribeError):
    """A network failed while it ran."""

    code = "model_failed"


class RecognizerError(DiascribeError):
    """The recognizer's process died or refused its input."""

    code = "recognizer"


class MissingExtraError(DiascribeError):
    """An optional package is not installed; the message names the extra."""

    code = "missing_extra"


def printable(name: str) -> str:
    """A name as messages show it: one line, valid Unicode, whatever the file system holds.

    >>> printable("two" + chr(10) + "lines").isprintable()
    True
    """
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)
