"""What cannot be done to a theme. Codes here, words at the surfaces."""


class ThemeRefused(Exception):
    """``code`` says what is wrong: ``changed_since``, ``unknown_aspect``, ``code_taken``…"""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
