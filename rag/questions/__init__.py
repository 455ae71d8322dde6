"""Reading questions: what is asked, about which papers, in which words, leaning on what was said before."""
