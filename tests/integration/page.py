"""What is on the page of a report."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The tables of a page by their headings, each a list of rows of texts; and all of its tags."""

    def __init__(self, path):
        super().__init__()
        self.tables, self.tags, self.heading, self.text = {}, set(), "", ""
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "table":
            self.tables[self.heading] = []
        elif tag == "tr":
            self.tables[self.heading].append([])
        elif tag in ("h3", "th", "td"):
            self.text = ""

    def handle_data(self, text):
        self.text += text

    def handle_endtag(self, tag):
        if tag == "h3":
            self.heading = self.text
        elif tag in ("th", "td"):
            self.tables[self.heading][-1].append(self.text)
