"""A tree of subjects as broad as the trade's, in the shop's own words."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.text import slugify

# A line a subject of the first level with its colour, then those below it, each with its own in brackets.
OUTLINE = """
Fiction #7a1f3d: Modern fiction, Classics, Historical fiction, Short stories, Family sagas, War fiction, Satire,
    Crime (Police stories, Private detectives, Cosy mysteries, Spy stories, Legal thrillers, Noir),
    Romance (Contemporary romance, Regency romance, Romantic comedy, Gothic romance),
    Adventure, Sea stories, Westerns, Horror (Ghost stories, Vampires), Fiction in translation, Experimental fiction
Fantasy and science fiction #3a2f6b: Epic fantasy, Urban fantasy, Fairy tales retold, Space opera, Dystopia,
    Time travel, Alternative history, Steampunk, Cyberpunk, First contact, Sword and sorcery
Poetry and drama #6b2346: Poetry (Modern poetry, Sonnets and odes, Haiku, Anthologies), Plays (Tragedies, Comedies,
    Radio plays), Essays, Letters, Literary criticism (The novel, Shakespeare studies, Women writers)
Comics #8a4b08: Graphic novels, Manga (Action manga, Slice of life), Superheroes, Graphic memoirs, Comic strips,
    Newspaper cartoons
Children #b0413e: Picture books, Board books, Early readers, Adventure for children, Animal stories, School stories,
    Magic and myth, Funny stories, Nursery rhymes, Activity books (Colouring, Stickers, Puzzles for children),
    Children's non-fiction (Dinosaurs, Space for children, Nature for children, How things work, First atlases)
Young adults #a03c78: Coming of age, Fantasy for young adults, Thrillers for young adults, First love,
    Dystopia for young adults, Growing up
Biography #5a4632: Memoirs, Lives of artists, Lives of scientists, Lives of rulers, Diaries, Lives of writers,
    Sporting lives, True stories of survival, Travellers' lives
History #6d3320: Ancient history (Greece, Rome, Egypt, Mesopotamia), Middle Ages (Crusades, Vikings, Knights),
    Early modern history, Victorian age, Twentieth century (First World War, Second World War, Cold War),
    Local history, Maritime history, History of science, Social history, Women's history, Archaeology, Genealogy,
    Military history (Battles, Uniforms and weapons, Aircraft at war), African history, Asian history, American history,
    European history, Oral history
Politics and society #43494f: Political theory, International relations, Elections, Human rights, Migration, Feminism,
    Journalism, Sociology (Cities, Work and labour, Class, Family life), Anthropology, Law (Criminal law, Contract law,
    Constitutional law, Family law, Property law), Crime and punishment, Education policy, Globalisation
Philosophy and religion #4a3f5c: Ethics, Logic, Stoicism, Existentialism, Ancient philosophy, Political philosophy,
    Christianity (Bibles, Theology, Church history, Prayer), Islam, Judaism, Buddhism, Hinduism, Mythology,
    Comparative religion, Meditation
Psychology #2f6f73: Cognitive psychology, Child psychology, Psychoanalysis, Emotions, Memory, Relationships, Grief,
    Personality, Behaviour and habit
Science #17493b: Mathematics (Algebra, Geometry, Calculus, Statistics, Number theory, Puzzles), Physics (Relativity,
    Quantum mechanics, Optics, Thermodynamics, Particle physics), Chemistry (Organic chemistry, Biochemistry),
    Biology (Genetics, Evolution, Botany, Zoology, Microbiology, Marine biology, Ecology), Astronomy (Planets,
    Cosmology, Stargazing), Earth sciences (Geology, Weather and climate, Oceans, Volcanoes), Popular science
Nature #2e6b3a: Birds, Trees, Wild flowers, Insects, Mammals, Fungi, Rivers and lakes, Nature writing, Conservation,
    Pets (Dogs, Cats, Horses), Farming, Beekeeping
Medicine and health #8c2f39: Anatomy, Nursing, Surgery, Public health, Nutrition, Pregnancy and birth, Mental health,
    Ageing, Sleep, Yoga, Fitness, First aid, History of medicine
Technology #2b4c7e: Engineering (Civil engineering, Electronics, Aeronautics, Materials), Railways, Ships, Motor cars,
    Architecture and building, Energy, Robotics, Inventions
Computing #1f5a7a: Programming (Python, JavaScript, Java, Rust, Functional programming), Databases, Networks,
    Computer security, Artificial intelligence (Machine learning, Language models), Web design, Operating systems,
    Computer games, Spreadsheets, Data science, Algorithms
Business and money #3d4f5c: Economics (Microeconomics, Macroeconomics, History of economics), Management, Marketing,
    Entrepreneurship, Investing, Accounting, Leadership, Personal finance, Negotiation, Business histories
Art #84512a: Painting (Renaissance, Impressionism, Abstract art), Sculpture, Drawing, Photography, Architecture, Design,
    Fashion, Film, Museums and collections, Street art, Calligraphy, History of art
Music #5c1a2b: Classical music (Composers, Opera, Symphonies), Jazz, Rock and pop, Folk music, Music theory, Scores,
    Instruments, Dance
Food and drink #9a5b13: Baking, Vegetarian cooking, Italian cooking, Indian cooking, French cooking, Chinese cooking,
    Middle Eastern cooking, Preserving, Wine, Beer, Coffee and tea, Food writing, Cooking for one
House and garden #55692b: Gardening (Vegetables, Roses, Small gardens, Garden history), Interior design, Woodwork,
    Knitting, Sewing, Pottery, Quilting, Repairs, Collecting and antiques
Sport and games #1e6b5a: Football, Cricket, Rugby, Tennis, Cycling, Running, Swimming, Mountaineering, Sailing, Fishing,
    Chess, Card games, Crosswords, Golf, Horse racing
Travel and maps #0f6674: Europe, Asia, Africa, North America, South America, Australia and the Pacific, Polar regions,
    Travel writing, Walking guides (Coast paths, Hill walks, City walks), Maps and atlases, Islands, Cities of the world
Languages #6a5410: Dictionaries, Grammar, English for learners, French, German, Spanish, Italian, Arabic, Japanese,
    Latin and Greek, Linguistics, Phrase books, Handwriting
Self-help #7d5a7a: Productivity, Happiness, Confidence, Mindfulness, Simple living, Parenting, Love and marriage,
    Careers, Public speaking
Study aids #52606d: Primary school, Secondary school, University study, Essay writing, Examinations, Revision guides
"""


class Heading(NamedTuple):
    """A subject and where it stands; its parent comes before it."""

    path: str
    name: str
    parent: str
    colour: str


def headings() -> Iterator[Heading]:
    """All subjects, parents first."""
    for line in OUTLINE.strip().replace("\n    ", " ").splitlines():
        head, _, below = line.partition(":")
        name, _, colour = head.rpartition(" ")
        root = second = Heading(slugify(name), name, "", colour)
        yield root
        parent = root
        for part in below.replace(" (", ",(").split(","):
            part = part.strip()
            if part.startswith("("):
                parent = second
            name = part.strip("()")
            heading = Heading(f"{parent.path}/{slugify(name)}", name, parent.path, colour)
            yield heading
            if parent is root:
                second = heading
            if part.endswith(")"):
                parent = root
