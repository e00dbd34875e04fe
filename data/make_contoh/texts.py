"""The texts of the example: its ``hkm.toml``, its recap and the note in its papers folder."""

DOCUMENTS = """# Berkas usulan

Taruh di sini surat dan berkas lain untuk usulan: AD/ART, rencana kerja, struktur kelompok, surat
pengantar pekon, salinan KTP dan KK. Contoh ini tidak berisi berkas apa pun.
"""

RECAP = """CONTOH: angka buatan
kabupaten;HKm;IHHBK;proses;total;KK;ha
Contoh Hulu;2;0;1;3;310;402,50
Contoh Tengah;0;12;0;12;1.204;1.418.05
Contoh Hilir;1;0;3;4;147;*
Contoh Pesisir;0;;5;5;288;351,75
Jumlah;3;12;9;24;1.979;2.172,30
"""
"""A recap as offices type it: a dot too many, a star, an empty cell, and a total off by 30 KK."""

HKM_TOML = """# CONTOH. Semua batas, nama, dan nomor di folder ini buatan. Bukan batas resmi.
# Baris yang diawali tanda pagar adalah penjelasan. Jalankan: hkm run .

[project]
name = "Contoh Register 30"
crs = "EPSG:32748"                # WGS 84 / UTM 48S: koordinat di peta dan berkas hasil
date = "2026-09-01"               # tanggal yang dicetak di peta
measured = "Agustus 2026"         # kapan lahan diukur
regulation = "permenlhk_9_2021"   # aturan yang dipakai
household_max_ha = 5.0            # batas luas satu KK yang disepakati kelompok

[forest]
file = "batas/kawasan_hutan_CONTOH.gpkg"
layer = "kawasan_hutan"
where = "NO_REG = 30"             # hanya kawasan ini yang dipakai dari berkas itu
name = "CONTOH Hutan Lindung Register 30 Gunung Tanggamus"
stated_ha = 16060.0               # luas menurut surat
stated_source = "Studi Register 30 tahun 2010"
map_scale = 50000                 # skala peta batas; 0,5 mm di peta = 25 m di lapangan
source = "Batas buatan, dibuat dengan program"
version = "1"
date = "2026-09-01"
example = true                    # setiap peta diberi tulisan CONTOH

[members]
file = "anggota.xlsx"             # daftar anggota semua kelompok

[recap]
file = "rekap_CONTOH.csv"         # rekap kabupaten dari kantor; jumlahnya diperiksa

[place]
kabupaten = "Tanggamus"
provinsi = "Lampung"
das = "Way Semangka (contoh)"
kph = "KPH Kota Agung Utara"

[raster.dem]                      # tinggi tempat, dalam meter
file = "raster/dem_CONTOH.tif"
source = "Gunung buatan, sel 50 m"
version = "1"
date = "2026-09-01"

[raster.landcover]                # tutupan lahan
file = "raster/tutupan_lahan_CONTOH.tif"
source = "Tutupan lahan buatan, sel 50 m"
version = "1"
date = "2026-09-01"
cultivated = [2, 4]               # kelas yang dihitung sebagai lahan garapan

[[layers]]
name = "Sungai"
file = "lapisan/sungai_CONTOH.geojson"
role = "sungai"
source = "Sungai buatan"
version = "1"
date = "2026-09-01"

[[layers]]
name = "Jalan"
file = "lapisan/jalan_CONTOH.geojson"
role = "jalan"
source = "Jalan buatan"
version = "1"
date = "2026-09-01"

[[layers]]
name = "Pekon"
file = "lapisan/pekon_CONTOH.geojson"
role = "pekon"
source = "Pekon buatan"
version = "1"
date = "2026-09-01"

[[layers]]                        # izin pihak lain: lahannya tidak boleh diusulkan lagi
name = "Izin PS (contoh)"
file = "lapisan/izin_CONTOH.geojson"
role = "izin"
source = "Izin buatan"
version = "1"
date = "2026-09-01"

[[layers]]                        # peta arahan perhutanan sosial
name = "PIAPS (contoh)"
file = "lapisan/piaps_CONTOH.geojson"
role = "piaps"
source = "PIAPS buatan"
version = "revisi 1"
date = "2026-07-01"

[[groups]]
name = "KTH Rimba Lestari"
folder = "kelompok/KTH Rimba Lestari"
pekon = "Talang Asri"
kecamatan = "Sumberejo"
ketua = "Harun Pradana"
kepala_pekon = "Lukman Hakiki"
stated_ha = 48.0                  # luas dan jumlah KK di surat kelompok
stated_households = 33

[[groups]]
name = "KTH Wana Makmur"
folder = "kelompok/KTH Wana Makmur"
pekon = "Way Lestari"
kecamatan = "Sumberejo"
ketua = "Mardani Putra"
kepala_pekon = "Sobirin Akbar"
stated_ha = 56.0
stated_households = 34

[[groups]]
name = "KTH Sumber Jaya"
folder = "kelompok/KTH Sumber Jaya"
pekon = "Sumber Rejeki"
kecamatan = "Gisting"
ketua = "Tohir Mansyur"
kepala_pekon = "Jamhari Idris"
stated_ha = 44.0
stated_households = 14

# Temuan yang sudah diselesaikan ditulis di sini: siapa, kapan, mengapa.
[[accepted]]
code = "O02"
parcels = ["{}", "{}"]
who = "Rapat KTH Sumber Jaya"
when = "2026-08-28"
why = "Kedua penggarap sepakat: lahan bersama, ditanami bergantian."

# Ambang dapat diubah di sini. Yang tidak ditulis memakai nilai bawaan.
[thresholds]
slope_max_pct = 32.0              # lereng yang lebih curam dicatat
# sliver_width_m = 10.0           # tumpang tindih yang lebih sempit dianggap selisih GPS
"""
