from django.urls import path

from . import floor

urlpatterns = [
    path("floor/cases/", floor.listing, name="list"),
    path("floor/cases/search/", floor.search, name="search"),
    path("floor/cases/new/", floor.add, name="add"),
    path("floor/cases/<str:reference>/", floor.case, name="case"),
    path("floor/dashboard/", floor.dashboard, name="dashboard"),
    path("floor/board/", floor.board, name="board"),
    path("floor/organisations/", floor.directory, name="directory"),
    path("floor/copy.csv", floor.by_copy),
    path("floor/rows.csv", floor.by_row),
]
