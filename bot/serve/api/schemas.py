"""The shapes of requests, which are checked, and of responses, which the OpenAPI document shows."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LONGEST_QUERY = 2_000
MOST_RESULTS = 50
MOST_AROUND = 10

Span = tuple[int, int]


class AskRequest(BaseModel):
    """A question, with the questions before it or the conversation that it belongs to."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"not": {"required": ["history", "conversation"]}},
    )

    question: str = Field(description="What is asked", examples=["志願者有多少人"])
    history: list[str] | None = Field(
        default=None, max_length=64, description="The questions before it, oldest first"
    )
    conversation: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="An id of your choice that is hard to guess, in place of `history`: the server "
        "remembers the last six questions asked under it for 15 minutes",
    )

    @model_validator(mode="after")
    def _one(self) -> "AskRequest":
        if self.history is not None and self.conversation is not None:
            raise ValueError("give history or conversation, not both")
        return self


class SearchQuery(BaseModel):
    """What to search for."""

    q: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY, examples=["論壇"])]
    limit: Annotated[int, Field(ge=1, le=MOST_RESULTS)] = 10


class ContextQuery(BaseModel):
    """How much to show around a passage."""

    around: Annotated[
        int, Field(ge=0, le=MOST_AROUND, description="Passages before it and after it")
    ] = 2


class ScheduleQuery(BaseModel):
    """Which part of the timetable to show."""

    day: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            description="A day as a question would name it; all of them without",
            examples=["12月4日"],
        ),
    ] = None


class ReferenceModel(BaseModel):
    """A work that a reference number stands for."""

    number: str
    title: str
    address: str


class DocumentReference(ReferenceModel):
    """A work that a reference number stands for in one document."""

    document: str


class Quote(BaseModel):
    """A verbatim quote: the document's text at `spans`, joined with single spaces."""

    document: str
    title: str
    section: list[str]
    refs: list[str] = Field(description="The reference numbers that the document attaches to it")
    spans: list[Span] = Field(description="[start, end) in code points of the document's text")
    text: str
    highlights: list[Span] = Field(description="The answer itself, each inside one of the spans")
    score: float
    url: str | None = Field(
        default=None, description="Its place in a page of the documents, where one is known"
    )
    references: list[ReferenceModel] | None = Field(
        default=None, description="What its numbers stand for, where the document says so"
    )


class Passage(Quote):
    """The unit that is found and quoted: a sentence, a table row or a field."""

    id: str = Field(description="Stays the same while the document says the same in that place")
    kind: Literal["paragraph", "bullet", "field", "row"]


class Answer(BaseModel):
    """An answer of quotes, or a refusal with the nearest passages."""

    question: str
    answered: bool = Field(description="False: the documents do not say")
    verdict: Literal["answered", "not_sure", "not_said", "small_talk"]
    confidence: float = Field(ge=0, le=1)
    quotes: list[Quote]
    related: list[Quote] = Field(
        description="Passages beside the answer, or nearest to a question that was refused"
    )
    notice: str | None = Field(description="The only text that the program itself words")


class SearchResults(BaseModel):
    """Passages, best first."""

    query: str
    passages: list[Passage]


class PassageInContext(BaseModel):
    """A passage, and it among its neighbours in the same section."""

    passage: Passage
    context: Quote


class ReferenceUses(BaseModel):
    """A reference number, what it stands for, and the passages that carry it."""

    number: str
    references: list[DocumentReference]
    total: int = Field(description="How many passages carry it; the first 200 are given")
    passages: list[Passage]


class Section(BaseModel):
    """A section, and how many passages stand in it itself."""

    document: str
    title: str
    section: list[str]
    passages: int


class Sections(BaseModel):
    """The sections of all documents, in the order of the text."""

    sections: list[Section]


class ScheduleRow(BaseModel):
    """A row of a timetable, its cells as the document writes them."""

    date: str | None
    time: str | None
    topic: str | None
    place: str | None
    passage: Passage


class Schedule(BaseModel):
    """The rows of the documents' timetables."""

    rows: list[ScheduleRow]


class Health(BaseModel):
    """Whether the server works."""

    status: Literal["ok"]


class TextPart(BaseModel):
    """A part of a message's content. Parts that are no text are passed over."""

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message of a chat; other members are ignored."""

    role: str
    content: str | list[TextPart] | None = None

    def said(self) -> str:
        """Return its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class ChatRequest(BaseModel):
    """A request in the shape of OpenAI's chat completions; other members are ignored.

    The last message of the user is the question, and those before it are its history.
    """

    messages: list[ChatMessage] = Field(
        min_length=1,
        max_length=1_000,
        json_schema_extra={
            "contains": {"properties": {"role": {"const": "user"}}, "required": ["role"]}
        },
    )
    model: str = "wuzhen"
    stream: bool | None = False


class ChatCompletion(BaseModel):
    """A response in the shape of OpenAI's chat completions."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    wuzhen: Answer = Field(description="The answer as `/v1/ask` gives it")


class Models(BaseModel):
    """The models that chat completions name: one."""

    object: Literal["list"]
    data: list[dict[str, Any]]


class FieldError(BaseModel):
    """What is wrong with one member of a request."""

    pointer: str = Field(description="A JSON Pointer to it, or the parameter's name")
    detail: str


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
    error: dict[str, Any] = Field(description="The same for clients of OpenAI's API")
